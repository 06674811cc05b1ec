// What is filtered now, as chips that are removed one by one.

import { numberFormat } from "../intl";
import type { JSX } from "preact";
import { without } from "../address";
import { standsOn } from "../choosing";
import { labelOf, valueText } from "../context";
import type { Page } from "../page";
import { phrase } from "../phrases";

interface Chip {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly remove: () => void;
}

export function chipsOf(page: Page): Chip[] {
  const context = page.context.value;
  const { filters, searches, ranges } = page.choices.value;
  const { controls } = page.loaded.report;
  const acts = (dimension: string): boolean => {
    const own = controls.filter((one) => "dimension" in one && one.dimension === dimension);
    return own.length === 0 || own.some((one) => standsOn(one, page.current));
  };
  const isRequired = (dimension: string): boolean => controls.some((one) => "required" in one && one.required && one.dimension === dimension);
  const isFixed = (dimension: string): boolean => page.isHeld({ type: "dropdown", dimension });
  const name = (dimension: string): string => labelOf(context, dimension);
  const number = numberFormat(context.locale);
  return [
    ...Object.entries(filters).filter(([dimension]) => !isRequired(dimension) && !isFixed(dimension)).flatMap(([dimension, values]) =>
      values.map((value) => ({
        key: `f ${dimension} ${value ?? ""}`, dimension, value: valueText(context, dimension, value), remove: () => page.toggle(dimension, value),
      })),
    ),
    ...Object.entries(searches).map(([dimension, text]) => ({
      key: `s ${dimension}`, dimension, value: phrase(context.locale, "contains", { text }),
      remove: () => page.choose({ searches: without(searches, dimension) }),
    })),
    ...Object.entries(ranges).map(([dimension, [low, high]]) => ({
      key: `n ${dimension}`, dimension, value: phrase(context.locale, "between", { low: number.format(low), high: number.format(high) }),
      remove: () => page.choose({ ranges: without(ranges, dimension) }),
    })),
  ].filter((chip) => acts(chip.dimension)).map(({ dimension, ...chip }) => ({ ...chip, name: name(dimension) }));
}

export function Chips({ page }: { readonly page: Page }): JSX.Element | null {
  const chips = chipsOf(page);
  if (chips.length === 0) return null;
  return (
    <div class="chips">
      {chips.map(({ key, name, value, remove }) => (
        <button key={key} type="button" class="chip" onClick={remove}>
          <span class="control-label">{name}</span>
          <span class="control-value">{value}</span>
          <span class="chip-cross" aria-hidden="true">×</span>
          <span class="unseen">{phrase(page.locale, "removeFilter")}</span>
        </button>
      ))}
      <button type="button" class="button-plain" onClick={() => page.clearFilters()}>
        {phrase(page.locale, "clearAll")}
      </button>
    </div>
  );
}
