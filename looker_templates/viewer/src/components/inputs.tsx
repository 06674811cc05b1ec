// Controls without a list of values: a text to search for, a range of numbers, an on or off.

import { numberFormat } from "../intl";
import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { withFilter, without } from "../address";
import { isOn } from "../choosing";
import { labelOf, textOf } from "../context";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { SearchControl as Search, SliderControl as Slider, ToggleControl as Toggle } from "../report";
import { Popover } from "./popover";

const TYPING_MS = 450;

/** Whether the client's data has the dimension at all. */
function isThere(page: Page, control: Search | Slider | Toggle): boolean {
  const dataset = page.loaded.report.sources[control.source]?.dataset ?? "";
  return control.if_missing !== "hide" || (page.catalogue.fields.value.of.get(dataset)?.has(control.dimension) ?? true);
}

const nameOf = (page: Page, control: Search | Slider | Toggle): string =>
  textOf(control.label, page.locale) || labelOf(page.context.value, control.dimension);

export function SearchControl({ page, control }: { readonly page: Page; readonly control: Search }): JSX.Element | null {
  const { searches } = page.choices.value;
  const given = searches[control.dimension] ?? "";
  const [text, setText] = useState(given);
  useEffect(() => setText(given), [given]);
  const apply = (value: string): void => {
    if (value.trim() === given) return;
    page.choose({ searches: value.trim() ? { ...searches, [control.dimension]: value.trim() } : without(searches, control.dimension) });
  };
  useEffect(() => {
    const timer = setTimeout(() => apply(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  if (!isThere(page, control)) return null;
  const name = phrase(page.locale, "searchIn", { name: nameOf(page, control).toLocaleLowerCase(page.locale) });
  return (
    <form
      class="control control-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <input type="search" aria-label={name} placeholder={name} value={text} onInput={(event) => setText(event.currentTarget.value)} />
    </form>
  );
}

export function SliderControl({ page, control }: { readonly page: Page; readonly control: Slider }): JSX.Element | null {
  const { ranges } = page.choices.value;
  const given = ranges[control.dimension];
  const [low, high] = given ?? [control.min, control.max];
  if (!isThere(page, control)) return null;
  const set = (next: readonly [number, number]): void => {
    const whole = next[0] <= control.min && next[1] >= control.max;
    page.choose({ ranges: whole ? without(ranges, control.dimension) : { ...ranges, [control.dimension]: next } });
  };
  const number = numberFormat(page.locale);
  const shown = phrase(page.locale, "between", { low: number.format(low), high: number.format(high) });
  const end = (which: "lowest" | "highest", value: number, change: (value: number) => void): JSX.Element => (
    <label class="slider">
      <span>{phrase(page.locale, which)}</span>
      <output>{number.format(value)}</output>
      <input type="range" min={control.min} max={control.max} step={control.step} value={value} onChange={(event) => change(Number(event.currentTarget.value))} />
    </label>
  );
  return (
    <Popover id={control.id} label={nameOf(page, control)} value={given ? shown : phrase(page.locale, "all")} active={given !== undefined}>
      {() => (
        <div class="sliders">
          {end("lowest", low, (value) => set([Math.min(value, high), high]))}
          {end("highest", high, (value) => set([low, Math.max(value, low)]))}
        </div>
      )}
    </Popover>
  );
}

export function ToggleControl({ page, control }: { readonly page: Page; readonly control: Toggle }): JSX.Element | null {
  const { toggles, filters } = page.choices.value;
  const on = isOn(control, page.choices.value);
  if (!isThere(page, control)) return null;
  const flip = (): void => {
    const next = !on;
    page.choose({
      toggles: next === control.default ? without(toggles, control.id) : { ...toggles, [control.id]: next },
      filters: withFilter(filters, control.dimension, []),
    });
  };
  return (
    <label class={`control-button control-toggle ${on ? "control-active" : ""}`}>
      <input type="checkbox" role="switch" checked={on} onChange={flip} />
      <span>{nameOf(page, control)}</span>
    </label>
  );
}
