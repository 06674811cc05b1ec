// The health score: the number with its band, and its parts with weight, value and contribution.

import { useMemo } from "preact/hooks";
import type { JSX } from "preact";
import type { Page } from "../page";
import type { HealthScore } from "../report";
import { healthSummary, healthTwin, healthView, type HealthPart, type HealthView } from "../views/health";
import { say } from "../views/words";
import { Card, useItem } from "./card";
import { Pill, StatusWord } from "./marks";
import { Quiet } from "./states";

export function HealthCard({ page, item }: { readonly page: Page; readonly item: HealthScore }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? healthView(item, answers, context) : null), [item, context, answers]);
  const drawn = view !== null && view.score !== null;
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? healthTwin(view, page.locale) : null} note={null}>
      {view && !drawn && <Quiet title={say(page.locale, "nothing")} />}
      {drawn && <Score view={view} locale={page.locale} />}
    </Card>
  );
}

function Score({ view, locale }: { readonly view: HealthView; readonly locale: string }): JSX.Element {
  return (
    <div class="health">
      <div class="health-score" role="group" aria-label={healthSummary(view, locale)}>
        <p class="health-number">{view.text} <span class="health-of">{say(locale, "outOf", 100)}</span></p>
        {view.band && <StatusWord status={view.band} locale={locale} pill />}
        {view.change && <p class="health-change"><Pill change={view.change} /> <span>{say(locale, "in30")}</span></p>}
      </div>
      <table class="health-parts">
        <thead>
          <tr>
            <th scope="col">{say(locale, "part")}</th>
            <th scope="col" class="number">{say(locale, "weight")}</th>
            <th scope="col" class="number">{say(locale, "value")}</th>
            <th scope="col"><span class="unseen">{say(locale, "value")}</span></th>
            <th scope="col" class="number">{say(locale, "contribution")}</th>
          </tr>
        </thead>
        <tbody>{view.parts.map((part) => <Part key={part.label} part={part} locale={locale} />)}</tbody>
      </table>
    </div>
  );
}

function Part({ part, locale }: { readonly part: HealthPart; readonly locale: string }): JSX.Element {
  const name = <th scope="row">{part.label}</th>;
  if (part.value === null) {
    return (
      <tr class="health-missing">
        {name}
        <td class="number">{part.weightText}</td>
        <td colSpan={3}>{say(locale, "notAvailable")}</td>
      </tr>
    );
  }
  return (
    <tr>
      {name}
      <td class="number">{part.weightText}</td>
      <td class="number health-value">{part.text}</td>
      <td class="health-bar">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="8" />
          <rect class="bar" width={Math.max(0, Math.min(100, part.value))} height="8" />
        </svg>
      </td>
      <td class="number">{part.contributionText}</td>
    </tr>
  );
}
