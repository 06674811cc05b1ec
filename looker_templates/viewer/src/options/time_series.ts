// A time series as an ECharts option: what is, what was, what is expected, and the goal.

import { say } from "../views/words";
import { formatNumber } from "../numbers";
import type { Line, SeriesView } from "../views/series";
import { endCut } from "./widths";
import { FONT, mix, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option, type TipRow } from "./theme";
import { eventMarks, extentOf, fixedLine, labelsWidth, overhang, secondAxis, slotAxis, SLOT_LABELS, spread, valueAxis, type Extent } from "./axis";

const DIRECT = 3;
const LABEL = 12;

/** Lines that are named at their end instead of in a legend. */
export const directlyNamed = (view: SeriesView): boolean => {
  const now = view.lines.filter((line) => line.role === "now");
  return now.length > 1 && now.length <= DIRECT && view.kinds.length === 1 && !view.lines.some((line) => line.role !== "now");
};

interface Plan {
  readonly extents: readonly Extent[];
  readonly grid: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** What stands right of the plot: text and how far it is moved from its place. */
  readonly labels: readonly { readonly text: string; readonly shift: number }[];
  readonly direct: boolean;
}

export function timeSeriesOption(view: SeriesView, environment: Environment): Option {
  const { palette, width } = environment;
  const plan = planOf(view, environment);
  const plotWidth = width - plan.grid.left - plan.grid.right;
  const fixed = view.goal ? [{ value: view.goal.target, text: view.goal.text, goal: true }] : [];
  const lines = [...fixed, ...view.references.map((line) => ({ ...line, goal: false }))];
  const marks = [
    ...lines.map((line, at) => fixedLine(line.value, plan.labels[at]?.text ?? "", line.goal ? seriesColor(palette, 2) : palette.ink3, plan.labels[at]?.shift ?? 0, !line.goal)),
    ...eventMarks(view.events, plotWidth / Math.max(1, view.slots.length - 1), palette),
  ];
  const series = view.lines.flatMap((line, index) => [
    lineSeries(view, line, index, environment, endLabel(view, plan, index, lines.length, environment)),
    ...(view.unfinished !== null && line.role === "now" ? [soFar(line, view.unfinished, index, endLabel(view, plan, index, lines.length, environment), environment)] : []),
  ]);
  if (series[0] && marks.length > 0) {
    series[0] = { ...series[0], markLine: { silent: true, symbol: "none", animation: false, data: marks } };
  }
  return {
    ...motion(environment),
    grid: { ...plan.grid, outerBoundsMode: "none" },
    xAxis: slotAxis(view.slots.map((slot) => slot.axis), plotWidth, palette, view.slots.length === 1),
    yAxis: view.kinds.map((kind, axis) => (axis === 0 ? valueAxis : secondAxis)(plan.extents[axis] as Extent, kind, environment, view.axisTitles[axis])),
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.ink3, width: 1, type: "solid" } },
      formatter: (given: unknown) => tip(view, environment, given),
    },
    series: [...bandSeries(view, environment), ...series],
  };
}

function planOf(view: SeriesView, environment: Environment): Plan {
  const { locale, width, height } = environment;
  const fixed = [...(view.goal ? [{ value: view.goal.target, text: view.goal.text }] : []), ...view.references];
  const extents = view.kinds.map((kind, axis) => {
    const lines = view.lines.filter((line) => line.axis === axis).flatMap((line) => [...line.values]);
    const others = axis === 0 ? [...fixed.map((line) => line.value), ...(view.band ? [...view.band.low, ...view.band.high] : [])] : [];
    return extentOf([...lines, ...others], kind, kind === "count" || kind === "duration" || view.kinds.length > 1);
  });
  const direct = directlyNamed(view);
  const ends = direct ? view.lines.map((line) => ({ value: line.values.findLast((value) => value !== null) ?? 0, text: line.name })) : [];
  const most = Math.max(60, Math.min(150, width * 0.24));
  const beside = [...fixed, ...ends].map((one) => ({ value: one.value, text: endCut(one.text, most, LABEL) }));
  const right = view.kinds.length > 1 ? labelsWidth(extents[1] as Extent, view.kinds[1] ?? "count", locale) : 0;
  const first = labelsWidth(extents[0] as Extent, view.kinds[0] ?? "count", locale);
  const over = overhang(view.slots.map((slot) => slot.axis), width - first - 12);
  const grid = {
    left: Math.max(first, over[0]),
    right: Math.max(12, right, over[1], ...beside.map((one) => textWidth(one.text, LABEL) + 14)),
    top: view.events.length > 0 || view.kinds.length > 1 ? 26 : 10,
    bottom: SLOT_LABELS,
  };
  const { min, max } = extents[0] as Extent;
  const plot = height - grid.top - grid.bottom;
  const places = beside.map((one) => ((max - one.value) / (max - min)) * plot);
  const moved = spread(places, 15, 0, plot);
  return { extents, grid, direct, labels: beside.map((one, at) => ({ text: one.text, shift: (moved[at] ?? 0) - (places[at] ?? 0) })) };
}

function endLabel(view: SeriesView, plan: Plan, index: number, fixed: number, { palette }: Environment): object | null {
  const label = plan.labels[fixed + index];
  const line = view.lines[index];
  if (!plan.direct || !label || !line) return null;
  return {
    show: true, position: "right", distance: 7, offset: [0, label.shift], formatter: () => plain(label.text),
    color: palette.ink2, fontSize: LABEL, fontWeight: 500, fontFamily: FONT,
  };
}

/** The way to a period that is not over is dotted and ends in an open circle. */
function soFar(line: Line, today: number, index: number, label: object | null, { palette }: Environment): object {
  const color = seriesColor(palette, line.color);
  return {
    id: `so-far-${index}`,
    type: "line",
    yAxisIndex: line.axis,
    silent: true,
    z: 3,
    showSymbol: true,
    showAllSymbol: true,
    data: line.values.map((value, at) =>
      at === today || at === today - 1 ? { value: value ?? "-", symbol: at === today ? "emptyCircle" : "none", symbolSize: 7, ...(label && at === today ? { label } : {}) } : "-",
    ),
    lineStyle: { color, width: 2, type: [1, 4], cap: "round" },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

const DASHES = { now: "solid", previous: [4, 3], forecast: [5, 4] } as const;

function lineSeries(view: SeriesView, line: Line, index: number, environment: Environment, label: object | null): object {
  const { palette } = environment;
  const color = line.role === "previous" ? palette.ink3 : seriesColor(palette, line.color);
  const alone = view.lines.filter((one) => one.role === "now").length === 1 && !view.band;
  const today = line.role === "now" ? view.unfinished : null;
  const last = line.values.findLastIndex((value) => value !== null);
  const spikes = new Set(line.role === "now" && index === 0 ? view.spikes : []);
  return {
    id: `line-${index}`,
    name: line.name,
    type: "line",
    yAxisIndex: line.axis,
    z: line.role === "previous" ? 2 : 3,
    data: line.values.map((value, at) => ({
      value: value === null || (today !== null && at >= today) ? "-" : value,
      ...symbol(line, at, last, spikes, label !== null, environment),
      ...(label && at === last && !(today !== null && at >= today) ? { label } : {}),
    })),
    showSymbol: true,
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color, width: line.role === "previous" ? 1.5 : 2.25, type: DASHES[line.role] },
    itemStyle: { color },
    emphasis: { disabled: true },
    ...(alone && line.role === "now" && view.lines.every((one) => one.axis === 0) ? { areaStyle: { color, opacity: 0.06 } } : {}),
  };
}

/** No dots on a line, but for its end if it is named there, for a point between two gaps, and for unusual values. */
function symbol(line: Line, at: number, last: number, spikes: ReadonlySet<number>, named: boolean, { palette }: Environment): object {
  if (spikes.has(at)) return { symbol: "circle", symbolSize: 9, itemStyle: { color: palette.surface, borderColor: seriesColor(palette, line.color), borderWidth: 2.25 } };
  const lone = line.values[at] !== null && (line.values[at - 1] ?? null) === null && (line.values[at + 1] ?? null) === null;
  return { symbol: lone || (named && at === last) ? "circle" : "none", symbolSize: 5 };
}

/** The likely range as an area between two lines that are not drawn. */
function bandSeries(view: SeriesView, { palette }: Environment): object[] {
  if (!view.band) return [];
  const { low, high, color } = view.band;
  const base = { type: "line", stack: "band", stackStrategy: "all", silent: true, symbol: "none", z: 1, lineStyle: { width: 0, opacity: 0 }, emphasis: { disabled: true } };
  const width = high.map((value, at) => (value === null || low[at] == null ? "-" : value - (low[at] ?? 0)));
  return [
    { ...base, id: "band-low", data: low.map((value) => value ?? "-") },
    { ...base, id: "band-high", data: width, areaStyle: { color: mix(seriesColor(palette, color), palette.surface, 0.12), opacity: 1 } },
  ];
}

function tip(view: SeriesView, environment: Environment, given: unknown): HTMLElement {
  const { palette, locale } = environment;
  const index = (given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
  const long = view.slots[index]?.long ?? "";
  const title = index === view.unfinished ? say(locale, "soFar", long) : long;
  const compared = view.lines.some((line) => line.role === "previous");
  const alone = view.lines.filter((line) => line.role !== "previous").length === 1;
  const rows: TipRow[] = view.lines.flatMap((line) => {
    const value = line.values[index] ?? null;
    if (line.role === "forecast" && value === null) return [];
    const label = line.role === "previous" ? (line.names?.[index] ?? "") : alone && compared ? title : line.name;
    const color = line.role === "previous" ? palette.ink3 : seriesColor(palette, line.color);
    return [{ label, value: formatNumber(value, line.kind, "table", locale), color, dashed: line.role !== "now" }];
  });
  const kind = view.kinds[0] ?? "count";
  const [low, high] = [view.band?.low[index] ?? null, view.band?.high[index] ?? null];
  if (low !== null && high !== null) {
    rows.push({ label: say(locale, "band"), value: `${formatNumber(low, kind, "table", locale)} – ${formatNumber(high, kind, "table", locale)}`, color: "none", dashed: false });
  }
  if (view.goal) rows.push({ label: say(locale, "goal"), value: view.goal.value, color: seriesColor(palette, 2), dashed: false });
  for (const event of view.events.filter((one) => one.at === index)) {
    rows.push(...event.notes.map((note) => ({ label: `${event.number}. ${note.text}`, value: "", color: "none", dashed: false })));
  }
  return environment.tip(alone && compared ? "" : title, rows);
}
