// The tables with periods or values across: pivot and tracker.

import { useMemo } from "preact/hooks";
import type { JSX } from "preact";
import type { Page } from "../page";
import type { Pivot, Tracker } from "../report";
import { pivotTwin, pivotView, type PivotView } from "../views/pivot";
import { trackerTwin, trackerView, type TrackerRow, type TrackerView } from "../views/tracker";
import { say } from "../views/words";
import { Card, useItem } from "./card";
import { Cell } from "./cell";
import { Pill, StatusWord } from "./marks";
import { Quiet } from "./states";

export function PivotCard({ page, item }: { readonly page: Page; readonly item: Pivot }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? pivotView(item, answers, context) : null), [item, context, answers]);
  const drawn = view !== null && !view.empty;
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? pivotTwin(view) : null} note={drawn ? view.note : null}>
      {view?.empty && <Quiet title={say(page.locale, "nothing")} />}
      {drawn && <PivotGrid view={view} locale={page.locale} />}
    </Card>
  );
}

function PivotGrid({ view, locale }: { readonly view: PivotView; readonly locale: string }): JSX.Element {
  const several = view.metrics.length > 1;
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={view.title}>
      <table class="table matrix">
        <thead>
          <tr>
            {view.heads.map((head) => <th key={head} scope="col" rowSpan={several ? 2 : 1}>{head}</th>)}
            {view.groups.map((group, at) => (
              <th key={at} scope={several ? "colgroup" : "col"} colSpan={view.metrics.length} class={`number ${several ? "group" : ""} ${group.key === undefined ? "sum" : ""}`}>{group.label}</th>
            ))}
          </tr>
          {several && (
            <tr>
              {view.groups.flatMap((_, at) => view.metrics.map((metric, index) => (
                <th key={`${at} ${index}`} scope="col" class={`number second ${index === 0 ? "group" : ""}`}>{metric}</th>
              )))}
            </tr>
          )}
        </thead>
        <tbody>
          {view.rows.map((row, at) => (
            <tr key={at}>
              {row.heads.map((head, index) => (index === 0 ? <th key={index} scope="row" class={row.keys[0] === null ? "not-set" : ""}>{head}</th> : <td key={index}>{head}</td>))}
              {row.cells.map((cell, index) => <Cell key={index} cell={cell} locale={locale} />)}
            </tr>
          ))}
        </tbody>
        {view.total && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={view.heads.length}>{say(locale, "all")}</th>
              {view.total.map((cell, index) => <Cell key={index} cell={cell} locale={locale} />)}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

export function TrackerCard({ page, item }: { readonly page: Page; readonly item: Tracker }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? trackerView(item, answers, context) : null), [item, context, answers]);
  const drawn = view !== null && !view.empty;
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? trackerTwin(view, page.locale) : null} note={null}>
      {view?.empty && <Quiet title={say(page.locale, "nothing")} />}
      {drawn && <TrackerGrid view={view} locale={page.locale} />}
    </Card>
  );
}

function TrackerGrid({ view, locale }: { readonly view: TrackerView; readonly locale: string }): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={view.title}>
      <table class="table matrix tracker">
        <thead>
          <tr>
            <th scope="col">{say(locale, "metric")}</th>
            {view.slots.map((slot, at) => (
              <th key={slot.key} scope="col" class={`number ${at === view.unfinished ? "so-far" : ""}`} title={slot.long}>
                {at === view.unfinished ? say(locale, "soFar", slot.axis) : slot.axis}
              </th>
            ))}
            <th scope="col" class="number group" title={say(locale, "onlyOne", view.slots[view.last - 1]?.long ?? "")}>{say(locale, "change")}</th>
            <th scope="col" class="number">{say(locale, "goal")}</th>
            <th scope="col">{say(locale, "status")}</th>
          </tr>
        </thead>
        <tbody>{view.rows.map((row) => <TrackerLine key={row.label} row={row} view={view} locale={locale} />)}</tbody>
      </table>
    </div>
  );
}

function TrackerLine({ row, view, locale }: { readonly row: TrackerRow; readonly view: TrackerView; readonly locale: string }): JSX.Element {
  return (
    <tr>
      <th scope="row" title={row.about}>{row.label}</th>
      {row.cells.map((cell, at) => <td key={at} class={`number ${at === view.unfinished ? "so-far" : ""} ${at === view.last ? "now" : ""}`}>{cell.text}</td>)}
      <td class="number group">{row.change ? <Pill change={row.change} /> : row.goal === "" ? "" : "–"}</td>
      <td class="number">{row.goal}</td>
      <td>{row.status && <StatusWord status={row.status} locale={locale} />}</td>
    </tr>
  );
}
