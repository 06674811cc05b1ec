// The control bar: period, client account, filters, and the active filters of other dimensions as chips.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { useAnswers } from "../answers";
import { labelOf, valueText } from "../context";
import { isDay, presetRange, PRESETS, rangeText, type DateRange } from "../dates";
import { useExtent } from "../extent";
import { formatNumber } from "../numbers";
import type { Page } from "../page";
import type { DropdownControl } from "../report";
import { controlRequest } from "../requests";
import { column, toNumber, toText } from "../wire";
import { Chevron, Popover } from "./popover";

export function ControlBar({ page }: { readonly page: Page }): JSX.Element {
  const { report } = page.loaded;
  const controlled = new Set(report.controls.flatMap((one) => (one.type === "dropdown" && one.dimension ? [one.dimension] : [])));
  const filters = page.choices.value.filters;
  const chips = Object.entries(filters).flatMap(([dimension, values]) =>
    controlled.has(dimension) ? [] : values.map((value) => ({ dimension, value })),
  );
  return (
    <div class="controls" role="region" aria-label="Controls">
      <div class="controls-inner">
        {report.controls.map((control) =>
          control.type === "date_range" ? (
            <PeriodControl key={control.id} page={page} />
          ) : control.parameter === "client" ? (
            <ClientControl key={control.id} page={page} hideIfSingle={control.hide_if_single} />
          ) : (
            <FilterControl key={control.id} page={page} control={control} />
          ),
        )}
        {chips.map(({ dimension, value }) => (
          <button key={`${dimension} ${value}`} type="button" class="chip" onClick={() => page.toggle(dimension, value)}>
            <span class="control-label">{labelOf(page.context.value, dimension)}</span>
            <span class="control-value">{valueText(page.context.value, dimension, value)}</span>
            <span aria-hidden="true">×</span>
            <span class="unseen">Remove this filter</span>
          </button>
        ))}
        {Object.keys(filters).length > 0 && (
          <button type="button" class="button-plain" onClick={() => page.choose({ filters: {} })}>
            Clear filters
          </button>
        )}
      </div>
    </div>
  );
}

function PeriodControl({ page }: { readonly page: Page }): JSX.Element {
  const range = page.range;
  const preset = PRESETS.find(([name]) => same(presetRange(name, page.today), range));
  const shown = rangeText(range, page.locale);
  return (
    <Popover id="period" label="Period" value={preset ? `${preset[1]}, ${shown}` : shown}>
      {(close) => <PeriodPanel page={page} range={range} chosen={preset?.[0]} close={close} />}
    </Popover>
  );
}

const same = (left: DateRange, right: DateRange): boolean => left.start === right.start && left.end === right.end;

interface PeriodPanelProps {
  readonly page: Page;
  readonly range: DateRange;
  readonly chosen: string | undefined;
  readonly close: () => void;
}

function PeriodPanel({ page, range, chosen, close }: PeriodPanelProps): JSX.Element {
  const [from, setFrom] = useState(range.start);
  const [to, setTo] = useState(range.end);
  const wrong = !isDay(from) || !isDay(to) ? "Give both days." : from > to ? "The first day is after the last." : null;
  const control = page.loaded.report.controls.find((one) => one.type === "date_range");
  const fallback = control?.type === "date_range" ? control.default : "last_28_days";
  const all = useExtent(page);
  return (
    <>
      <div class="presets">
        {PRESETS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            class="preset"
            aria-pressed={name === chosen}
            {...(name === chosen ? { "data-first": true } : {})}
            onClick={() => {
              page.choose({ range: name === fallback ? null : presetRange(name, page.today) });
              close();
            }}
          >
            <span>{label}</span>
            <span class="preset-range">{rangeText(presetRange(name, page.today), page.locale)}</span>
          </button>
        ))}
        {all && (
          <button
            type="button"
            class="preset"
            aria-pressed={same(all, range)}
            onClick={() => {
              page.choose({ range: all });
              close();
            }}
          >
            <span>All data</span>
            <span class="preset-range">{rangeText(all, page.locale)}</span>
          </button>
        )}
      </div>
      <form
        class="free-dates"
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong) return;
          page.choose({ range: { start: from, end: to } });
          close();
        }}
      >
        <label>
          From
          <input type="date" name="from" value={from} max={to} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          To
          <input type="date" name="to" value={to} min={from} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button button-primary" disabled={wrong !== null}>
          Apply
        </button>
        {wrong && (
          <p class="form-wrong" role="alert">
            {wrong}
          </p>
        )}
      </form>
    </>
  );
}

function ClientControl({ page, hideIfSingle }: { readonly page: Page; readonly hideIfSingle: boolean }): JSX.Element | null {
  const clients = page.loaded.clients;
  if (hideIfSingle && clients.length < 2) return null;
  const chosen = page.choices.value.client ?? "";
  const known = chosen === "" || clients.some((one) => one.value === chosen);
  return (
    <div class="control">
      <label class={`control-button control-select ${chosen ? "control-active" : ""}`}>
        <span class="control-label">Client</span>
        <select value={chosen} onChange={(event) => page.choose({ client: event.currentTarget.value || null })}>
          <option value="">All clients</option>
          {!known && <option value={chosen}>{chosen}</option>}
          {clients.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
        <Chevron />
      </label>
    </div>
  );
}

interface Choice {
  readonly value: string | null;
  readonly count: number | null;
}

function FilterControl({ page, control }: { readonly page: Page; readonly control: DropdownControl }): JSX.Element | null {
  const context = page.context.value;
  const dimension = control.dimension ?? "";
  const body = controlRequest(page.loaded.report, control, context.state);
  const shown = useAnswers(page.queries, body ? [{ purpose: "main", body }] : [], context);
  const answer = shown.answers.main;
  const counts = answer ? column(answer, control.order_by ?? "").map(toNumber) : [];
  const found: Choice[] = answer ? column(answer, dimension).map((value, index) => ({ value: toText(value), count: counts[index] ?? null })) : [];
  const selected = page.choices.value.filters[dimension] ?? [];
  const nothing = found.length > 0 && found.every((one) => one.value === null);
  if (answer && shown.phase === "ready" && nothing && selected.length === 0 && control.if_missing === "hide") return null;
  found.sort((left, right) => (right.count ?? 0) - (left.count ?? 0) || (left.value ?? "").localeCompare(right.value ?? ""));
  const gone = selected.filter((value) => !found.some((one) => one.value === value)).map((value) => ({ value, count: null }));
  const label = labelOf(context, dimension);
  const [first] = selected;
  const value = first === undefined ? "All" : valueText(context, dimension, first) + (selected.length > 1 ? ` +${selected.length - 1}` : "");
  return (
    <Popover id={control.id} label={label} value={value} active={selected.length > 0}>
      {(close) => (
        <FilterPanel
          label={label}
          choices={[...gone, ...found]}
          selected={selected}
          multi={control.multi}
          text={(one) => valueText(context, dimension, one)}
          number={(count) => formatNumber(count, "count", "table", page.locale)}
          change={(values) => page.setFilter(dimension, values)}
          close={close}
        />
      )}
    </Popover>
  );
}

interface FilterPanelProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly selected: readonly (string | null)[];
  readonly multi: boolean;
  readonly text: (value: string | null) => string;
  readonly number: (count: number | null) => string;
  readonly change: (values: readonly (string | null)[]) => void;
  readonly close: () => void;
}

function FilterPanel({ label, choices, selected, multi, text, number, change, close }: FilterPanelProps): JSX.Element {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase();
  const visible = choices.filter((one) => text(one.value).toLocaleLowerCase().includes(wanted));
  const pick = (value: string | null): void => {
    if (selected.includes(value)) change(selected.filter((one) => one !== value));
    else change(multi ? [...selected, value] : [value]);
  };
  return (
    <>
      {choices.length > 8 && (
        <input type="search" class="search" data-first aria-label={`Search ${label}`} placeholder="Search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
      )}
      <div class="choices">
        {visible.map((one) => (
          <label key={one.value ?? ""} class="choice">
            <input type="checkbox" checked={selected.includes(one.value)} onChange={() => pick(one.value)} />
            <span class="choice-text">{text(one.value)}</span>
            <span class="choice-count">{one.count === null ? "" : number(one.count)}</span>
          </label>
        ))}
        {visible.length === 0 && <p class="state-text">{choices.length > 0 ? "Nothing found." : "No values in this period."}</p>}
      </div>
      <div class="panel-actions">
        <button type="button" class="button-plain" disabled={selected.length === 0} onClick={() => change([])}>
          Show all
        </button>
        <button type="button" class="button" onClick={close}>
          Done
        </button>
      </div>
    </>
  );
}
