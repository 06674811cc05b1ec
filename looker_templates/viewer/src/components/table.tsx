// The table card: sortable columns, heat and bar cells, and the total row that the server computed.

import { useMemo, useState } from "preact/hooks";
import type { JSX } from "preact";
import { labelOf } from "../context";
import type { Page } from "../page";
import type { SortKey, Table } from "../report";
import { tableTwin, tableView, type TableCell, type TableView } from "../views/table";
import { Card, useEver, useItem } from "./card";
import { Quiet } from "./states";
import { column, toText } from "../wire";

export function TableCard({ page, item }: { readonly page: Page; readonly item: Table }): JSX.Element {
  const shown = useItem(page, item);
  const [sort, setSort] = useState<SortKey | null>(null);
  const [pages, setPages] = useState(1);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? tableView(item, answers, context, sort) : null), [item, context, answers, sort]);
  const ever = useEver(page, item, view?.missing === true);
  const drawn = view !== null && !view.empty && !view.missing;
  const most = item.page_size * pages;
  const left = drawn && view.left.length > 0 ? `Not available in this data: ${view.left.join(", ").toLocaleLowerCase()}.` : null;
  const dimension = item.dimensions[0] ?? "";
  const never = ever.answers.main ? column(ever.answers.main, dimension).every((value) => toText(value) === null) : null;
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? tableTwin(view) : null} note={left}>
      {view?.empty && <Quiet title="No tickets in this period" />}
      {view?.missing && never !== null && (
        <Quiet title={never ? "Not available in this data" : `No ${labelOf(page.context.value, dimension).toLocaleLowerCase()} in this period`}>
          No ticket has a {labelOf(page.context.value, dimension).toLocaleLowerCase()}.
        </Quiet>
      )}
      {drawn && <Grid view={view} most={most} sort={sort ?? item.sort[0] ?? null} setSort={setSort} title={view.title} />}
      {drawn && view.rows.length > most && (
        <p class="table-more">
          <button type="button" class="button" onClick={() => setPages(pages + 1)}>
            Show {Math.min(item.page_size, view.rows.length - most)} more of {view.rows.length - most}
          </button>
        </p>
      )}
    </Card>
  );
}

interface GridProps {
  readonly view: TableView;
  readonly most: number;
  readonly sort: SortKey | null;
  readonly setSort: (key: SortKey) => void;
  readonly title: string;
}

function Grid({ view, most, sort, setSort, title }: GridProps): JSX.Element {
  const flip = (field: string, first: SortKey["order"]): void =>
    setSort({ field, order: sort?.field === field ? (sort.order === "asc" ? "desc" : "asc") : first });
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            {view.columns.map((one) => {
              const text = one.kind === "text";
              const order = sort?.field === one.field ? (sort.order === "asc" ? "ascending" : "descending") : undefined;
              return (
                <th key={one.field} scope="col" class={text ? "" : "number"} {...(order ? { "aria-sort": order } : {})} title={one.about}>
                  <button type="button" class="sort-button" onClick={() => flip(one.field, text ? "asc" : "desc")}>
                    {one.label}
                    <svg class={`sort-mark ${order ?? ""}`} width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
                      <path d="M4 9.5 1 6h6z" fill="currentColor" />
                    </svg>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {view.rows.slice(0, most).map((row) => (
            <tr key={row[0]?.text}>
              {row.map((cell, index) => (
                <Cell key={index} cell={cell} first={index === 0} text={view.columns[index]?.kind === "text"} />
              ))}
            </tr>
          ))}
        </tbody>
        {view.total && (
          <tfoot>
            <tr>
              {view.total.map((text, index) =>
                index === 0 ? (
                  <th key={index} scope="row">
                    {text}
                  </th>
                ) : (
                  <td key={index} class="number">
                    {text}
                  </td>
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Cell({ cell, first, text }: { readonly cell: TableCell; readonly first: boolean; readonly text: boolean }): JSX.Element {
  if (first) return <th scope="row" class={cell.value === null ? "not-set" : ""}>{cell.text}</th>;
  if (text) return <td>{cell.text}</td>;
  if (cell.bar !== null) {
    return (
      <td class="number bar-cell">
        <span class="bar-cell-inner">
          <svg class="cell-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={Math.max(1, Math.round(cell.bar * 100))} height="8" rx="1" />
          </svg>
          <span>{cell.text}</span>
        </span>
      </td>
    );
  }
  return <td class={`number ${cell.heat === null ? "" : `h${cell.heat}`}`}>{cell.text}</td>;
}
