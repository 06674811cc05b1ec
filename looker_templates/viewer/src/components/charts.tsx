// The chart cards: time series, bar and donut.

import { useMemo } from "preact/hooks";
import type { JSX } from "preact";
import { option } from "../option";
import type { Environment } from "../options/theme";
import type { Page } from "../page";
import type { Bar, Donut, TimeSeries } from "../report";
import { column, toText } from "../wire";
import { rankingSummary, rankingTwin, rankingView, type Entry, type RankingView } from "../views/ranking";
import { seriesSummary, seriesTwin, seriesView, type SeriesView } from "../views/series";
import { Card, useEver, useItem } from "./card";
import { Chart } from "./chart";
import { Quiet } from "./states";

export function TimeSeriesCard({ page, item }: { readonly page: Page; readonly item: TimeSeries }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? seriesView(item, answers, context) : null), [item, context, answers]);
  const make = useMemo(() => (context ? (environment: Environment) => option(item, answers, context, environment) : null), [item, context, answers]);
  return (
    <Card page={page} item={item} shown={shown} twin={view && !view.empty ? seriesTwin(view, page.locale) : null} note={null} legend={view && <Legend view={view} />}>
      {view?.empty && <Quiet title="No values in this period" />}
      {view && !view.empty && make && <Chart make={make} label={seriesSummary(view, page.locale)} locale={page.locale} />}
    </Card>
  );
}

function Legend({ view }: { readonly view: SeriesView }): JSX.Element {
  return (
    <ul class="legend">
      {view.lines.map((line) => (
        <li key={line.name}>
          <svg width="20" height="8" viewBox="0 0 20 8" aria-hidden="true" class={line.previous ? "key-previous" : `key-${line.color + 1}`}>
            <line x1="0" x2="20" y1="4" y2="4" />
          </svg>
          {line.name}
        </li>
      ))}
      {view.unfinished !== null && (
        <li>
          <svg width="20" height="8" viewBox="0 0 20 8" aria-hidden="true" class="key-so-far">
            <line x1="1" x2="19" y1="4" y2="4" />
          </svg>
          today so far
        </li>
      )}
    </ul>
  );
}

export function RankingCard({ page, item }: { readonly page: Page; readonly item: Bar | Donut }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const view = useMemo(() => (context ? rankingView(item, answers, context) : null), [item, context, answers]);
  const make = useMemo(() => (context ? (environment: Environment) => option(item, answers, context, environment) : null), [item, context, answers]);
  const ever = useEver(page, item, view?.missing != null);
  const drawn = view !== null && !view.empty && view.missing === null;
  const pick = item.interact ? (index: number) => toggleEntry(page, view, view?.entries[index]) : undefined;
  const pickRow = item.interact ? (index: number) => toggleEntry(page, view, view?.all[index]) : undefined;
  return (
    <Card page={page} item={item} shown={shown} twin={drawn ? rankingTwin(view) : null} note={drawn ? view.note : null} {...(pickRow ? { pick: pickRow } : {})}>
      {view?.empty && <Quiet title="No tickets in this period" />}
      {view?.missing && <Unavailable view={view} never={ever.answers.main ? isNever(view, item, ever.answers.main) : null} />}
      {drawn && make && (item.type === "bar" ? (
        <Chart make={make} label={rankingSummary(view)} locale={page.locale} {...(pick ? { onPick: pick } : {})} />
      ) : (
        <div class="donut">
          <Chart make={make} label={rankingSummary(view)} locale={page.locale} class="donut-ring" {...(pick ? { onPick: pick } : {})} />
          <DonutLegend view={view} pick={pick} />
        </div>
      ))}
    </Card>
  );
}

function toggleEntry(page: Page, view: RankingView | null, entry: Entry | undefined): void {
  if (view && entry && entry.key !== undefined) page.toggle(view.dimension, entry.key);
}

function isNever(view: RankingView, item: Bar | Donut, answer: Parameters<typeof column>[0]): boolean {
  const field = view.missing === "dimension" ? view.dimension : (item.metrics[0] ?? "");
  return column(answer, field).every((value) => toText(value) === null);
}

function Unavailable({ view, never }: { readonly view: RankingView; readonly never: boolean | null }): JSX.Element | null {
  if (never === null) return null;
  const name = (view.missing === "dimension" ? view.dimensionLabel : view.metricLabel).toLocaleLowerCase();
  if (!never) return <Quiet title={`No ${name} in this period`}>Earlier or later tickets have one.</Quiet>;
  return <Quiet title="Not available in this data">No ticket has a {name}. Map a column of the file to it, or connect a source that has it.</Quiet>;
}

function DonutLegend({ view, pick }: { readonly view: RankingView; readonly pick: ((index: number) => void) | undefined }): JSX.Element {
  return (
    <ul class="donut-legend">
      {view.entries.map((entry, index) => {
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
        return (
          <li key={entry.label}>
            {pick && entry.key !== undefined ? (
              <button type="button" class="donut-row" onClick={() => pick(index)}>
                {content}
              </button>
            ) : (
              <span class="donut-row">{content}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
