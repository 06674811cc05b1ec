// The parts of a donut with value and share; each a button where a click filters.

import type { JSX } from "preact";
import type { Entry } from "../views/ranking";

interface Props {
  readonly entries: readonly Entry[];
  readonly pick: ((index: number) => void) | undefined;
}

export function DonutLegend({ entries, pick }: Props): JSX.Element {
  return (
    <ul class="donut-legend">
      {entries.map((entry, index) => {
        const content = (
          <>
            <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" class={entry.color < 0 ? "dot-other" : `dot-${(entry.color % 8) + 1}`}>
              <rect width="10" height="10" rx="3" />
            </svg>
            <span class="donut-name">{entry.label}</span>
            <span class="donut-value">{entry.text}</span>
            <span class="donut-share">{entry.share ?? ""}</span>
          </>
        );
        const dimmed = entry.dimmed ? "dimmed" : "";
        return (
          <li key={entry.label}>
            {pick && entry.key !== undefined ? (
              <button type="button" class={`donut-row ${dimmed}`} onClick={() => pick(index)}>{content}</button>
            ) : (
              <span class={`donut-row ${dimmed}`}>{content}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
