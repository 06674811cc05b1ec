// One cell of a table. Heat is a class and a bar an SVG attribute: no style is ever written.

import type { JSX } from "preact";
import type { TableCell } from "../views/cells";
import { say } from "../views/words";
import { Arrow, StatusWord } from "./marks";

interface Props {
  readonly cell: TableCell;
  /** The first cell of a row names it. */
  readonly head?: boolean;
  readonly text?: boolean;
  readonly locale: string;
  readonly pick?: () => void;
}

export function Cell({ cell, head = false, text = false, locale, pick }: Props): JSX.Element {
  const classes = [text || head ? "" : "number", cell.heat === null ? "" : `h${cell.heat}`, cell.bar === null ? "" : "bar-cell", cell.few ? "few" : "", text && cell.value === null ? "not-set" : ""];
  const props = { class: classes.filter(Boolean).join(" "), ...(cell.few ? { title: cell.few } : {}) };
  const content = <Content cell={cell} locale={locale} pick={pick} />;
  return head ? <th scope="row" {...props}>{content}</th> : <td {...props}>{content}</td>;
}

function Content({ cell, locale, pick }: { readonly cell: TableCell; readonly locale: string; readonly pick: (() => void) | undefined }): JSX.Element {
  if (cell.status) {
    const own = typeof cell.value === "number" ? <span class="cell-value">{cell.text}</span> : null;
    return <>{own}<StatusWord status={cell.status} locale={locale} pill /></>;
  }
  if (cell.change) {
    return (
      <span class={`change change-${cell.change.tone}`}>
        <Arrow arrow={cell.change.arrow} />
        {cell.text}
        {cell.change.words && <span class="unseen">, {cell.change.words}</span>}
      </span>
    );
  }
  if (cell.href) {
    return <a class="cell-link" href={cell.href} target="_blank" rel="noreferrer noopener">{cell.text}<span class="unseen"> ({say(locale, "opensLink")})</span></a>;
  }
  if (pick) return <button type="button" class="cell-button" onClick={pick}>{cell.text}</button>;
  if (cell.bar !== null) {
    return (
      <span class="bar-cell-inner">
        <svg class="cell-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect width={Math.max(1, Math.round(cell.bar * 100))} height="8" rx="1" />
        </svg>
        <span>{cell.text}</span>
      </span>
    );
  }
  return <>{cell.text}{cell.few && <span class="unseen">, {cell.few}</span>}</>;
}
