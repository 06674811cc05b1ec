// Columns from zero, side by side or stacked, and lines over them with an axis of their own.

import { formatNumber, type Kind } from "../numbers";
import type { ColumnsView, Part } from "../views/columns";
import { sumOf } from "../views/frame";
import { say } from "../views/words";
import { eventMarks, extentOf, fixedLine, labelsWidth, overhang, secondAxis, slotAxis, SLOT_LABELS, valueAxis, type Extent } from "./axis";
import { AXIS_SIZE, FONT, mix, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const LABEL = 12;
const MOST_DOTS = 31;

export function columnsOption(view: ColumnsView, environment: Environment): Option {
  const { palette, width, locale } = environment;
  const extents = view.kinds.map((kind, axis) => extentFor(view, kind, axis));
  const texts = view.slots.map((slot) => slot.axis);
  const first = labelsWidth(extents[0] as Extent, view.kinds[0] ?? "count", locale);
  const second = view.kinds[1] === undefined ? 0 : labelsWidth(extents[1] as Extent, view.kinds[1], locale);
  const beside = view.goal ? textWidth(view.goal.text, AXIS_SIZE) + 14 : 0;
  const grid = {
    left: Math.max(first, view.slots.length > 0 ? overhang(texts, width - first - 12)[0] - (width - first) / view.slots.length / 2 : 0),
    right: Math.max(8, second, beside),
    top: view.events.length > 0 || view.kinds.length > 1 ? 26 : labelled(view, width) ? 18 : 10,
    bottom: SLOT_LABELS,
  };
  const marks = [
    ...(view.goal ? [fixedLine(view.goal.target, view.goal.text, seriesColor(palette, 2), 0, false)] : []),
    ...eventMarks(view.events, (width - grid.left - grid.right) / Math.max(1, view.slots.length), palette),
  ];
  return {
    ...motion(environment),
    grid: { ...grid, outerBoundsMode: "none" },
    xAxis: slotAxis(texts, width - grid.left - grid.right, palette, true),
    yAxis: view.kinds.map((kind, axis) => (axis === 0 ? valueAxis : secondAxis)(extents[axis] as Extent, kind, environment, view.axisTitles[axis])),
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.ink3, opacity: 0.08 } },
      formatter: (given: unknown) => tip(view, environment, given),
    },
    series: view.parts.map((part, index) => ({
      ...(part.line ? lineOf(part, index, view, environment) : columnsOf(part, index, view, environment)),
      ...(index === 0 && marks.length > 0 ? { markLine: { silent: true, symbol: "none", animation: false, data: marks } } : {}),
    })) as Option["series"] & object,
  };
}

function extentFor(view: ColumnsView, kind: Kind, axis: number): Extent {
  const parts = view.parts.filter((part) => part.axis === axis);
  const heights = view.stacked
    ? view.slots.flatMap((_, at) => {
        const values = parts.map((part) => part.values[at] ?? null);
        return [sumOf(values.filter((value) => (value ?? 0) > 0)), sumOf(values.filter((value) => (value ?? 0) < 0))];
      })
    : parts.flatMap((part) => [...part.values]);
  return extentOf([...heights, ...(axis === 0 && view.goal ? [view.goal.target] : [])], kind, true);
}

/** A single row of few wide columns has its values written over them. */
const labelled = (view: ColumnsView, width: number): boolean =>
  view.parts.length === 1 && view.slots.length <= 12 && width / Math.max(1, view.slots.length) > 52 && view.events.length === 0;

/** Whether the goal's line would run through the number over a column, which then stands in the column. */
function isCrossed(value: number | null, view: ColumnsView, environment: Environment): boolean {
  if (value === null || view.goal === null) return false;
  const { min, max } = extentFor(view, view.kinds[0] ?? "count", 0);
  const pixel = (max - min) / Math.max(1, environment.height - SLOT_LABELS - 18);
  return view.goal.target >= value && view.goal.target - value < 20 * pixel && (value - min) / pixel > 24;
}

function columnsOf(part: Part, index: number, view: ColumnsView, environment: Environment): object {
  const { palette, width, locale } = environment;
  const color = seriesColor(palette, part.color);
  const top = !view.stacked;
  const edge = view.stacked ? { borderColor: palette.surface, borderWidth: 1 } : {};
  const open = { color: mix(color, palette.surface, 0.3), borderColor: color, borderWidth: 1, borderType: [3, 2] as number[] };
  return {
    id: `part-${index}`,
    name: part.name,
    type: "bar",
    yAxisIndex: part.axis,
    ...(view.stacked ? { stack: "all" } : {}),
    barMaxWidth: 44,
    barCategoryGap: view.slots.length > 40 ? "18%" : "34%",
    barGap: "10%",
    data: part.values.map((value, at) => ({
      value: value ?? "-",
      ...(labelled(view, width) && isCrossed(value, view, environment) ? { label: { position: "insideTop", color: palette.surface } } : {}),
      itemStyle: { color, borderRadius: top ? ((value ?? 0) < 0 ? [0, 0, 3, 3] : [3, 3, 0, 0]) : 0, ...edge, ...(at === view.unfinished ? open : {}) },
    })),
    label: {
      show: labelled(view, width), position: "top", distance: 4, color: palette.ink2, fontSize: LABEL, fontFamily: FONT,
      formatter: ({ dataIndex }: { dataIndex: number }) => plain(formatNumber(part.values[dataIndex] ?? null, part.kind, "axis", locale)),
    },
    emphasis: { disabled: true },
  };
}

function lineOf(part: Part, index: number, view: ColumnsView, { palette }: Environment): object {
  const color = seriesColor(palette, part.color);
  const dots = view.slots.length <= MOST_DOTS;
  return {
    id: `part-${index}`,
    name: part.name,
    type: "line",
    yAxisIndex: part.axis,
    z: 4,
    data: part.values.map((value, at) => ({ value: value ?? "-", symbol: at === view.unfinished ? "emptyCircle" : dots ? "circle" : "none", symbolSize: at === view.unfinished ? 7 : 6 })),
    showSymbol: true,
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color, width: 2.25 },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

function tip(view: ColumnsView, environment: Environment, given: unknown): HTMLElement {
  const { palette, locale } = environment;
  const at = (given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
  const long = view.slots[at]?.long ?? "";
  const rows = view.parts.map((part) => ({
    label: part.name, value: formatNumber(part.values[at] ?? null, part.kind, "table", locale), color: seriesColor(palette, part.color), dashed: false,
  }));
  const total = view.stacked ? sumOf(view.parts.map((part) => part.values[at] ?? null)) : null;
  const sums = total === null ? [] : [{ label: say(locale, "all"), value: formatNumber(total, view.kinds[0] ?? "count", "table", locale), color: "none", dashed: false }];
  const goal = view.goal ? [{ label: say(locale, "goal"), value: view.goal.value, color: seriesColor(palette, 2), dashed: false }] : [];
  const notes = view.events.filter((event) => event.at === at).flatMap((event) => event.notes.map((note) => ({ label: `${event.number}. ${note.text}`, value: "", color: "none", dashed: false })));
  return environment.tip(at === view.unfinished ? say(locale, "soFar", long) : long, [...rows, ...sums, ...goal, ...notes]);
}
