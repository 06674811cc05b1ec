// The commentary card: what people wrote, who and when, and the numbers that they speak of; and the card of fixed text.

import type { JSX } from "preact";
import { useAnswers } from "../answers";
import { useCommentary } from "../commentary";
import { textOf } from "../context";
import { momentText } from "../date_texts";
import { factsView, type FactView } from "../facts";
import type { GoalStatus } from "../numbers";
import { useHidden } from "../missing";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Commentary, Words } from "../report";
import { say, type Word } from "../views/words";
import { isBusy } from "./card";
import { Markdown } from "./markdown";
import { Skeleton } from "./states";

export function CommentaryCard({ page, item }: { readonly page: Page; readonly item: Commentary }): JSX.Element {
  const { locale } = page;
  const context = page.context.value;
  const entries = useCommentary(page, item.id);
  const asks = page.asks(item, context.state);
  const shown = useAnswers(page.queries, asks, context);
  const facts = shown.phase === "ready" && item.facts.length > 0 ? factsView(item, asks, shown.list, entries?.[0], context) : [];
  // Whoever cannot write is not shown an empty page: the numbers stand alone, or nothing.
  const silent = entries !== null && entries.length === 0 && !page.can("edit");
  useHidden(page, item, silent && item.facts.length === 0);
  return (
    <section class="card card-commentary" id={item.id} aria-labelledby={`${item.id}-title`} aria-busy={entries === null || isBusy(shown.phase)} data-phase={shown.phase}>
      <h2 class={textOf(item.title, locale) ? "card-title" : "unseen"} id={`${item.id}-title`}>{textOf(item.title, locale) || phrase(locale, "commentary")}</h2>
      <div class={silent ? "commentary commentary-alone" : "commentary"}>
        {!silent && (
          <div class="commentary-text">
            {entries === null ? <Skeleton type="commentary" /> : entries.length === 0 ? <Nothing page={page} item={item} /> : entries.map((one, index) => (
              <article key={index}>
                <Markdown text={one.text} />
                <p class="commentary-author">{one.author}, {momentText(new Date(one.written_at), locale)}</p>
              </article>
            ))}
          </div>
        )}
        {facts.length > 0 && (
          <ul class="commentary-facts" aria-label={phrase(locale, "numbers")}>
            {facts.map((fact) => <OneFact key={fact.label} fact={fact} locale={locale} />)}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Editors see what belongs here, and a way to write it. */
function Nothing({ page, item }: { readonly page: Page; readonly item: Commentary }): JSX.Element {
  const hint = textOf(item.placeholder, page.locale);
  const search = page.addressOf({}).split("?")[1];
  return (
    <>
      <p class="commentary-none">{hint || phrase(page.locale, "noComment")}</p>
      <a class="button commentary-write" href={`/console/reports/${page.loaded.report.id}/commentary?${search ? `${search}&` : ""}item=${item.id}`}>{phrase(page.locale, "writeComment")}</a>
    </>
  );
}

const STATUS: { readonly [status in GoalStatus]: readonly [string, Word] } = {
  good: ["●", "onGoal"], watch: ["◆", "nearGoal"], bad: ["■", "offGoal"],
};

function OneFact({ fact, locale }: { readonly fact: FactView; readonly locale: string }): JSX.Element {
  const { goal } = fact;
  return (
    <li class="said-fact">
      <span class="said-label">{fact.label}</span>
      <span class="said-value">{fact.value}</span>
      {fact.change && (
        <span class={`pill pill-${fact.change.tone}`}>
          <span aria-hidden="true">{fact.change.text}</span>
          <span class="unseen">{fact.change.words}</span>
        </span>
      )}
      {fact.before && <span class="said-more">{phrase(locale, "versus", { value: fact.before })}</span>}
      {goal === "none" && <span class="said-more">{phrase(locale, "noGoal")}</span>}
      {goal !== null && goal !== "none" && (
        <span class="said-more">
          {phrase(locale, "goalIs", { value: goal.text })}{" "}
          {goal.status && <span class={`status status-${goal.status}`}><span aria-hidden="true">{STATUS[goal.status][0]}</span> {say(locale, STATUS[goal.status][1])}</span>}
        </span>
      )}
      {fact.written && <span class="said-wrong" role="note">{phrase(locale, "factDiffers", { written: fact.written, value: fact.change?.text ?? fact.value })}</span>}
    </li>
  );
}

export function WordsCard({ page, item }: { readonly page: Page; readonly item: Words }): JSX.Element {
  const title = textOf(item.title, page.locale);
  return (
    <section class="card card-text" id={item.id} {...(title ? { "aria-labelledby": `${item.id}-title` } : {})} data-phase="ready">
      {title && <h2 class="card-title" id={`${item.id}-title`}>{title}</h2>}
      <Markdown text={textOf(item.text, page.locale)} />
    </section>
  );
}
