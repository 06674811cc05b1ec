// The control bar as texts, for a page that is made without a browser: what is chosen, under the names of the controls.

import { standsOn } from "./choosing";
import { labelOf, textOf, valueText, type Context } from "./context";
import { rangeText } from "./dates";
import { phrase } from "./phrases";
import { PRESETS, presetRange } from "./presets";
import type { Control, Page } from "./report";

interface Chosen {
  readonly label: string;
  readonly value: string;
  /** The period stands alone on a phone. */
  readonly period: boolean;
}

interface Given {
  readonly page: Page;
  /** The chosen client's name; null for all. */
  readonly client: string | null;
  readonly clients: number;
  /** What a share link fixes: `days`, and dimensions. */
  readonly held: readonly string[];
}

/** The controls of a page that have one text; twin: components/controls.tsx. */
export function controlTexts(given: Given, context: Context): readonly Chosen[] {
  return context.report.controls.filter((one) => standsOn(one, given.page)).flatMap((control) => textsOf(control, given, context));
}

function textsOf(control: Control, { client, clients, held }: Given, context: Context): readonly Chosen[] {
  const { locale, state, today } = context;
  if (control.type === "date_range") {
    if (held.includes("days")) return [];
    const preset = [control.default, ...PRESETS].find((name) => name && isRange(presetRange(name, today), state));
    const days = rangeText({ start: state.start, end: state.end }, locale);
    return [{ label: phrase(locale, "period"), value: preset ? `${phrase(locale, preset)}, ${days}` : days, period: true }];
  }
  if (control.type !== "dropdown") return [];
  if (control.parameter) {
    if (control.hide_if_single && clients < 2) return [];
    return [{ label: textOf(control.label, locale) || phrase(locale, "client"), value: client ?? phrase(locale, "allClients"), period: false }];
  }
  const { dimension = "" } = control;
  if (held.includes(dimension)) return [];
  const [first, ...more] = state.filters[dimension] ?? [];
  const value = first === undefined ? phrase(locale, "all") : valueText(context, dimension, first) + (more.length > 0 ? ` +${more.length}` : "");
  return [{ label: textOf(control.label, locale) || labelOf(context, dimension), value, period: false }];
}

const isRange = (one: { readonly start: string; readonly end: string }, other: { readonly start: string; readonly end: string }): boolean =>
  one.start === other.start && one.end === other.end;
