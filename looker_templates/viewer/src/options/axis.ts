// Axes: round ticks that suit the kind of number, labels that fit, and room for what stands outside the plot.

import { formatNumber, type Kind } from "../numbers";
import { AXIS_SIZE, axisText, FONT, textWidth, type Environment, type Palette } from "./theme";

export interface Extent {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

const DECIMAL = [1, 2, 2.5, 5, 10];
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800];

function roundStep(rough: number, kind: Kind): number {
  if (kind === "duration") {
    const found = SECONDS.find((step) => step >= rough);
    if (found !== undefined) return found;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (DECIMAL.find((one) => one * power >= rough * 0.999) ?? 10) * power;
  return kind === "count" ? Math.max(1, Math.ceil(step)) : step;
}

/** Round ends around the values: from zero if `zero`, or if the values are not far from it. */
export function extentOf(values: readonly (number | null)[], kind: Kind, zero: boolean, ticks = 4): Extent {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  if (known.length === 0) return { min: 0, max: 1, interval: 1 };
  const fromZero = zero || (least >= 0 && least < most * 0.6);
  const low = fromZero ? Math.min(0, least) : least;
  const high = fromZero ? Math.max(0, most) : most;
  const spread = high - low || Math.abs(high) || 1;
  const interval = roundStep(spread / ticks, kind);
  const min = Math.floor(low / interval + 1e-9) * interval;
  const max = Math.ceil(high / interval - 1e-9) * interval;
  return { min: clean(min), max: clean(max === min ? min + interval : max), interval };
}

const clean = (value: number): number => Number(value.toPrecision(12));

export const ticksOf = ({ min, max, interval }: Extent): number[] =>
  Array.from({ length: Math.round((max - min) / interval) + 1 }, (_, index) => clean(min + index * interval));

/** The tick texts: in short, unless two of them would read the same. */
function tickText(extent: Extent, kind: Kind, locale: string): (value: number) => string {
  const short = ticksOf(extent).map((value) => formatNumber(value, kind, "axis", locale));
  const place = new Set(short).size < short.length ? "table" : "axis";
  return (value) => formatNumber(clean(value), kind, place, locale);
}

/** How wide the axis' labels are, with the gap to the plot. */
export function labelsWidth(extent: Extent, kind: Kind, locale: string): number {
  const text = tickText(extent, kind, locale);
  return Math.ceil(Math.max(...ticksOf(extent).map((value) => textWidth(text(value), AXIS_SIZE)))) + 10;
}

/** `title` stands over the axis, where there are two of them. */
export function valueAxis(extent: Extent, kind: Kind, environment: Environment, title = "", align: "left" | "right" = "left"): object {
  const { palette, locale } = environment;
  const shift = labelsWidth(extent, kind, locale);
  return {
    type: "value",
    ...(title ? { name: title, nameLocation: "end", nameGap: 12, nameTextStyle: { ...axisText(palette), align, padding: align === "left" ? [0, 0, 0, -shift] : [0, -shift, 0, 0] } } : {}),
    ...extent,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...axisText(palette), margin: 8, formatter: tickText(extent, kind, locale) },
    splitLine: { lineStyle: { color: palette.line2 } },
  };
}

/** A second axis has no grid lines of its own. */
export const secondAxis = (extent: Extent, kind: Kind, environment: Environment, title = ""): object => ({
  ...valueAxis(extent, kind, environment, title, "right"),
  position: "right",
  splitLine: { show: false },
});

export const SLOT_LABELS = 24;

/** Which labels of a time axis there is room for: every first, second, third … */
export function stepFor(texts: readonly string[], plotWidth: number): number {
  const widest = Math.max(...texts.map((text) => textWidth(text, AXIS_SIZE)), 8);
  const most = Math.max(1, Math.floor((plotWidth + 16) / (widest + 16)));
  return Math.max(1, Math.ceil(texts.length / most));
}

/** Room that the first and the last label need left and right of a plot whose ends they are centred on. */
export function overhang(texts: readonly string[], plotWidth: number): readonly [number, number] {
  const half = (text: string | undefined): number => Math.ceil(textWidth(text ?? "", AXIS_SIZE) / 2) + 2;
  const last = (texts.length - 1) % stepFor(texts, plotWidth) === 0;
  return [half(texts[0]), last ? half(texts.at(-1)) : 0];
}

/** The time axis: as many labels as there is room for, evenly apart. */
export function slotAxis(texts: readonly string[], plotWidth: number, palette: Palette, gap: boolean): object {
  const step = stepFor(texts, plotWidth);
  return {
    type: "category",
    data: texts.map((_, index) => String(index)),
    boundaryGap: gap,
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: {
      ...axisText(palette),
      margin: 9,
      showMinLabel: true,
      showMaxLabel: (texts.length - 1) % step === 0,
      interval: (index: number) => index % step === 0,
      formatter: (index: string) => texts[Number(index)] ?? "",
    },
  };
}

/** Labels that must not cover each other: moved apart, in the order of their places, within the plot. */
export function spread(places: readonly number[], apart: number, top: number, bottom: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((left, right) => left.place - right.place);
  let least = top;
  for (const one of order) {
    one.place = Math.max(one.place, least);
    least = one.place + apart;
  }
  let most = bottom;
  for (const one of order.reverse()) {
    one.place = Math.min(one.place, most);
    most = one.place - apart;
  }
  const moved = [...places];
  for (const { place, index } of order) moved[index] = place;
  return moved;
}

/** A constant line with its label outside the plot, at the right end. */
export const fixedLine = (value: number, text: string, color: string, shift: number, dashed: boolean): object => ({
  yAxis: value,
  lineStyle: { color, width: 1.25, type: dashed ? [2, 3] : "solid" },
  label: { position: "end", distance: 8, offset: [0, shift], color, fontSize: AXIS_SIZE, fontFamily: FONT, formatter: () => text },
});

const MARK = 15;

/** The numbers of annotations, in circles at the top of dotted lines; those without room for two share one: 3–5. */
export function eventMarks(events: readonly { readonly at: number; readonly number: number }[], slotWidth: number, palette: Palette): object[] {
  const groups: { at: number; first: number; last: number }[] = [];
  for (const { at, number } of events) {
    const group = groups.at(-1);
    const room = MARK + 3 + (group && group.last > group.first ? 8 : 0);
    if (group && (at - group.at) * slotWidth < room) group.last = number;
    else groups.push({ at, first: number, last: number });
  }
  const texts = new Map(groups.map((group) => [group.at, group.first === group.last ? String(group.first) : `${group.first}–${group.last}`]));
  return events.map((event) => eventMark(event.at, texts.get(event.at) ?? "", palette));
}

const eventMark = (at: number, text: string, palette: Palette): object => ({
  xAxis: at,
  lineStyle: { color: palette.ink3, width: 1, type: [1, 3] },
  label: {
    show: text !== "", position: "end", distance: 2, formatter: () => text, color: palette.surface, backgroundColor: palette.ink,
    width: text.length > 1 ? MARK + 10 : MARK, height: MARK, lineHeight: 15, borderRadius: 8, align: "center", verticalAlign: "bottom", fontSize: 10, fontWeight: 600, fontFamily: FONT,
  },
});
