// The menu of a card, at its top right on hover and focus: the numbers behind the picture, in every form.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import type { Shown } from "../answers";
import { labelOf, textOf } from "../context";
import { rangeText } from "../dates";
import { answerTwin, pictureOf, save, saveCsv, type PictureKey } from "../download";
import { exploreAddress } from "../explore";
import type { DataItem } from "../fields";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { ownRange } from "../ranges";
import type { Twin } from "../views/twin";
import { AboutDialog } from "./about";
import { Icon } from "./icons";
import { NotesDialog } from "./notes";
import { Panel } from "./popover";

interface Props {
  readonly page: Page;
  readonly item: DataItem;
  readonly title: string;
  readonly shown: Shown;
  readonly twin: Twin | null;
  readonly card: { readonly current: HTMLElement | null };
  readonly open?: boolean;
  /** Shows the table twin, or the chart again; absent where there is nothing to switch. */
  readonly toggle?: () => void;
}

export function CardMenu({ page, item, title, shown, twin, card, open = false, toggle }: Props): JSX.Element {
  const [about, setAbout] = useState(false);
  const [notes, setNotes] = useState(false);
  const { locale } = page;
  const name = phrase(locale, "cardMenu", { title: title || labelOf(page.context.value, item.metrics[0] ?? "") });
  const numbers = twin ?? (shown.answers.main && shown.context ? answerTwin(shown.answers.main, shown.context) : null);
  const file = `${item.id}-${shown.context?.state.start ?? ""}-${shown.context?.state.end ?? ""}`;
  const action = (icon: Parameters<typeof Icon>[0]["name"], text: string, close: () => void, run: () => void): JSX.Element => (
    <li>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          close();
          run();
        }}
      >
        <Icon name={icon} />
        {text}
      </button>
    </li>
  );
  return (
    <>
      <div class="card-menu">
        <Panel id={`${item.id}-menu`} label={name} silent class="icon-button" panel="panel-menu" face={<Icon name="dots" />}>
          {(close) => (
            <ul class="menu">
              {toggle && action(open ? "chart" : "table", phrase(locale, open ? "viewChart" : "viewTable"), close, toggle)}
              {numbers && action("download", phrase(locale, "downloadCsv"), close, () => saveCsv(numbers, `${file}.csv`))}
              {svgOf(card.current) && action("picture", phrase(locale, "downloadPng"), close, () => void savePicture(page, item, title, card.current, `${file}.png`))}
              {item.metrics.length > 0 && action("about", phrase(locale, "about"), close, () => setAbout(true))}
              {page.can("note") && action("note", phrase(locale, "leaveNote"), close, () => setNotes(true))}
              {["explore", "copy"].some((what) => page.can(what)) ? (
                <li>
                  <a class="menu-item" href={exploreAddress(page.loaded.report, item, page.context.value.state)}>
                    <Icon name="explore" />
                    {phrase(locale, "explore")}
                  </a>
                </li>
              ) : null}
            </ul>
          )}
        </Panel>
      </div>
      {notes && <NotesDialog page={page} item={item} close={() => setNotes(false)} />}
      {about && <AboutDialog page={page} item={item} close={() => setAbout(false)} />}
    </>
  );
}

const svgOf = (card: HTMLElement | null): SVGSVGElement | null => card?.querySelector<SVGSVGElement>(".chart svg") ?? null;

async function savePicture(page: Page, item: DataItem, title: string, card: HTMLElement | null, name: string): Promise<void> {
  const svg = svgOf(card);
  if (!svg) return;
  const client = page.loaded.clients.find((one) => one.value === page.choices.value.client)?.label;
  const foot = [client, rangeText(item.period ? ownRange(item.period, page.range.end) : page.range, page.locale), textOf(page.loaded.report.title, page.locale)].filter(Boolean).join(" · ");
  const blob = await pictureOf({ svg, title, subtitle: textOf(item.subtitle, page.locale), foot, keys: keysOf(card) });
  if (blob) save(blob, name);
}

/** The legend as it stands beside the chart. */
function keysOf(card: HTMLElement | null): PictureKey[] {
  return [...(card?.querySelectorAll<HTMLElement>(".legend li, .donut-legend li") ?? [])].map((one) => {
    const mark = one.querySelector("line, rect, path, circle");
    const style = mark ? getComputedStyle(mark) : null;
    const color = style ? (style.stroke !== "none" ? style.stroke : style.fill) : "gray";
    return { text: (one.querySelector(".donut-name")?.textContent ?? one.textContent ?? "").trim(), color };
  });
}
