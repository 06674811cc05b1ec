// The table card: sortable columns, cells that help to read them, pages of rows, and the total row that the server computed.

import { numberFormat } from "../intl";
import { useMemo, useState } from "preact/hooks";
import type { JSX } from "preact";
import { labelOf } from "../context";
import type { Page } from "../page";
import type { SortKey, Table } from "../report";
import { rowsOf } from "../views/frame";
import { tableTwin, tableView, type TableColumn, type TableView } from "../views/table";
import { say } from "../views/words";
import { Card, useEver, useItem } from "./card";
import { Cell } from "./cell";
import { choice } from "./charts";
import { Quiet } from "./states";

export function TableCard({ page, item }: { readonly page: Page; readonly item: Table }): JSX.Element {
  const shown = useItem(page, item);
  const [sort, setSort] = useState<SortKey | null>(null);
  const [at, setAt] = useState(0);
  const { context, answers } = shown;
  const { locale } = page;
  const view = useMemo(() => (context ? tableView(item, answers, context, sort) : null), [item, context, answers, sort]);
  const ever = useEver(page, item, view?.missing === true);
  const drawn = view !== null && !view.empty && !view.missing;
  const label = view?.dimension ? labelOf(page.context.value, view.dimension) : "";
  const never = ever.answers.main ? rowsOf(ever.answers.main).every((row) => row.text(view?.dimension ?? "") === null) : null;
  const choose = choice(page, item);
  const dimension = view?.dimension;
  const pick = choose && dimension ? (value: string | null) => choose({ dimension, value }) : undefined;
  const last = Math.max(0, Math.ceil((view?.rows.length ?? 0) / item.page_size) - 1);
  const now = Math.min(at, last);
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? tableTwin(view) : null} note={drawn ? view.note : null}>
      {view?.empty && <Quiet title={say(locale, "nothing")} />}
      {view?.missing && never !== null && (
        <Quiet title={never ? say(locale, "never") : say(locale, "noneOf", label.toLocaleLowerCase(locale))}>{never ? `${label}. ${say(locale, "connect")}` : say(locale, "elsewhen")}</Quiet>
      )}
      {drawn && <Grid view={view} from={now * item.page_size} size={item.page_size} setSort={setSort} locale={locale} pick={pick} />}
      {drawn && last > 0 && <Pager from={now * item.page_size} size={item.page_size} of={view.rows.length} go={(step) => setAt(now + step)} locale={locale} />}
    </Card>
  );
}

interface PagerProps {
  readonly from: number;
  readonly size: number;
  readonly of: number;
  readonly go: (step: number) => void;
  readonly locale: string;
}

function Pager({ from, size, of, go, locale }: PagerProps): JSX.Element {
  const until = Math.min(of, from + size);
  const number = numberFormat(locale);
  return (
    <div class="pager">
      <span aria-live="polite">{say(locale, "rowsOf", number.format(from + 1), number.format(until), number.format(of))}</span>
      <button type="button" class="icon-button" disabled={from === 0} onClick={() => go(-1)} aria-label={say(locale, "previousPage")}><Turn back /></button>
      <button type="button" class="icon-button" disabled={until >= of} onClick={() => go(1)} aria-label={say(locale, "nextPage")}><Turn /></button>
    </div>
  );
}

const Turn = ({ back = false }: { readonly back?: boolean }): JSX.Element => (
  <svg width="8" height="12" viewBox="0 0 8 12" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
    <path d={back ? "M6.5 1 1.5 6l5 5" : "M1.5 1l5 5-5 5"} />
  </svg>
);

interface GridProps {
  readonly view: TableView;
  readonly from: number;
  readonly size: number;
  readonly setSort: (key: SortKey) => void;
  readonly locale: string;
  readonly pick: ((value: string | null) => void) | undefined;
}

function Grid({ view, from, size, setSort, locale, pick }: GridProps): JSX.Element {
  const flip = (field: string, first: SortKey["order"]): void =>
    setSort({ field, order: view.sort?.field === field ? (view.sort.order === "asc" ? "desc" : "asc") : first });
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={view.title}>
      <table class="table">
        <thead>
          <tr>{view.columns.map((one) => <Head key={one.id} column={one} sort={view.sort} flip={flip} />)}</tr>
        </thead>
        <tbody>
          {view.rows.slice(from, from + size).map((row, at) => (
            <tr key={from + at}>
              {row.cells.map((cell, index) => (
                <Cell key={index} cell={cell} head={index === 0} text={view.columns[index]?.kind === "text"} locale={locale} {...(index === 0 && pick ? { pick: () => pick(row.key) } : {})} />
              ))}
            </tr>
          ))}
        </tbody>
        {view.total && (
          <tfoot>
            <tr>{view.total.map((cell, index) => <Cell key={index} cell={cell} head={index === 0} text={view.columns[index]?.kind === "text"} locale={locale} />)}</tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

interface HeadProps {
  readonly column: TableColumn;
  readonly sort: SortKey | null;
  readonly flip: (field: string, first: SortKey["order"]) => void;
}

function Head({ column, sort, flip }: HeadProps): JSX.Element {
  const text = column.kind === "text";
  const order = sort?.field === column.id ? (sort.order === "asc" ? "ascending" : "descending") : undefined;
  return (
    <th scope="col" class={text ? "" : "number"} {...(order ? { "aria-sort": order } : {})} title={column.about}>
      <button type="button" class="sort-button" onClick={() => flip(column.id, text ? "asc" : "desc")}>
        {column.label}
        <svg class={`sort-mark ${order ?? ""}`} width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
          <path d="M4 9.5 1 6h6z" fill="currentColor" />
        </svg>
      </button>
    </th>
  );
}
