// The explorer: dataset, metrics and dimensions at the side; period, client, filters and kind of chart over the chart.

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { ChoiceControl } from "../components/choice";
import { ClientControl } from "../components/controls";
import { ItemCard } from "../components/item";
import { PeriodControl } from "../components/period";
import { withFilter } from "../address";
import type { DropdownControl } from "../report";
import { Behind } from "./behind";
import type { ExplorerPage } from "./page";
import { Picker } from "./picker";
import { KINDS, itemsOfWish, kindOfWish, kindsOf, type Kind } from "./shapes";
import type { Explorer } from "./store";
import { toggled } from "./wish";

const MOST_METRICS = 10;

export function ExplorerView({ explorer }: { readonly explorer: Explorer }): JSX.Element {
  const wish = explorer.wish.value;
  const fields = explorer.fields.value;
  const page = explorer.page.value;
  const described = explorer.datasets.find((one) => one.id === wish.dataset)?.description;
  const id = useId();
  const metrics = fields.filter((one) => one.is_metric);
  const full = wish.metrics.length >= MOST_METRICS;
  const offered = full ? metrics.map((one) => ({ ...one, refused: one.refused ?? `A chart shows at most ${MOST_METRICS} metrics.` })) : metrics;
  return (
    <div class="explore-frame">
      <details class="card explore-side" open={innerWidth >= 1000}>
        <summary>Choose what to show</summary>
        <label class="field" for={id}>Dataset</label>
        <select id={id} class="explore-select" value={wish.dataset} onChange={(event) => void explorer.choose({ dataset: event.currentTarget.value })}>
          {explorer.datasets.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
        </select>
        <p class="quiet">{described}</p>
        <Picker title="Metrics" fields={offered} chosen={wish.metrics} toggle={(name) => void explorer.choose({ metrics: toggled(wish.metrics, name) })} />
        <Picker title="Dimensions" fields={fields.filter((one) => !one.is_metric)} chosen={wish.dimensions} toggle={(name) => void explorer.choose({ dimensions: toggled(wish.dimensions, name) })} />
      </details>
      <div class="explore-main">
        {explorer.problem.value && <p class="wrong" role="alert">{explorer.problem.value.message || "The fields could not be read. Load the page again."}</p>}
        {page && page.dataset === wish.dataset && <Shown explorer={explorer} page={page} />}
      </div>
    </div>
  );
}

function Shown({ explorer, page }: { readonly explorer: Explorer; readonly page: ExplorerPage }): JSX.Element {
  const wish = explorer.wish.value;
  const known = explorer.known.value;
  const items = itemsOfWish(wish, known);
  const kind = kindOfWish(wish, known);
  const [table] = itemsOfWish({ ...wish, chart: "table", dimensions: wish.dimensions }, known);
  const plain = table && { ...table, type: "table" as const, metrics: wish.metrics, dimensions: wish.dimensions, sort: [], page_size: 25, compare: false, totals: false, style: { columns: {} }, drill: [] };
  const body = plain && page.asks(plain, page.context.value.state)[0]?.body;
  return (
    <>
      <Bar explorer={explorer} page={page} />
      {kind !== null && <Kinds kinds={kindsOf(wish, known)} kind={kind} choose={(chart) => void explorer.choose({ chart })} />}
      {items.length === 0 && <p class="card text">Choose a metric, such as a count, and a dimension to split it by.</p>}
      {/* Other fields are another card: nothing of the old one may stay. */}
      <div class={kind === "kpi" ? "explore-cards" : `explore-chart explore-as-${kind ?? "none"}`} key={`${kind} ${wish.metrics.join()} ${wish.dimensions.join()}`}>
        {items.map((item) => <ItemCard key={item.id} page={page} item={item} />)}
      </div>
      {body && <Behind explorer={explorer} page={page} body={body} items={itemsOfWish(wish, known, page.choices.value.filters)} />}
    </>
  );
}

function Bar({ explorer, page }: { readonly explorer: Explorer; readonly page: ExplorerPage }): JSX.Element {
  const { filters } = page.choices.value;
  const known = explorer.known.value;
  const names = [...new Set([...Object.keys(filters), ...explorer.filtering.value])].filter((name) => known.has(name));
  const free = explorer.fields.value.filter((one) => !one.is_metric && !one.is_date && one.refused === null && !names.includes(one.id));
  const order = explorer.wish.value.metrics[0];
  const drop = (name: string): void => {
    explorer.filtering.value = explorer.filtering.value.filter((one) => one !== name);
    page.choose({ filters: withFilter(filters, name, []) });
  };
  return (
    <div class="explore-controls" role="region" aria-label="Controls">
      <PeriodControl page={page} />
      <ClientControl page={page} label="Client" hideIfSingle />
      {order !== undefined && names.map((name) => (
        <div key={name} class="explore-filter">
          <ChoiceControl page={page} control={filterOf(name, order)} />
          <button type="button" class="icon-button" aria-label={`Remove the filter ${known.get(name)?.label ?? name}`} onClick={() => drop(name)}>×</button>
        </div>
      ))}
      {order !== undefined && free.length > 0 && (
        <label class="control-button control-select explore-add">
          <span class="control-label">Add a filter</span>
          <select value="" onChange={(event) => (explorer.filtering.value = [...explorer.filtering.value, event.currentTarget.value])}>
            <option value="">Choose</option>
            {free.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
          </select>
        </label>
      )}
    </div>
  );
}

const filterOf = (dimension: string, metric: string): DropdownControl => ({
  id: `filter_${dimension}`, scope: "report", pages: [], type: "dropdown", source: "data", dimension, order_by: metric,
  multi: true, required: false, hide_if_single: false, if_missing: "explain",
});

function Kinds({ kinds, kind, choose }: { readonly kinds: readonly Kind[]; readonly kind: Kind; readonly choose: (kind: Kind) => void }): JSX.Element {
  return (
    <div class="control-list" role="group" aria-label="Kind of chart">
      {kinds.map((one) => <button key={one} type="button" class="list-value" aria-pressed={one === kind} onClick={() => choose(one)}>{KINDS[one]}</button>)}
    </div>
  );
}
