// A time series as an ECharts option: the current period drawn full, the one before dashed and grey.

import { axisDay, tooltipDay } from "../dates";
import { formatNumber } from "../numbers";
import type { Line, SeriesView } from "../views/series";
import { motion, seriesColor, tooltip, type Environment, type Option } from "./theme";

export function timeSeriesOption(view: SeriesView, environment: Environment): Option {
  const { palette, locale, width } = environment;
  const labels = Math.max(2, Math.floor(width / 88));
  const step = Math.max(1, Math.ceil(view.days.length / labels));
  const axisText = { color: palette.ink3, fontSize: 11.5 };
  return {
    ...motion(environment),
    grid: { left: 2, right: 14, top: 12, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: [...view.days],
      boundaryGap: view.days.length === 1,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...axisText, hideOverlap: true, interval: (index: number) => index % step === 0, formatter: (day: string) => axisDay(day, locale) },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      ...(view.kind === "count" ? { minInterval: 1 } : {}),
      axisLabel: { ...axisText, formatter: (value: number) => formatNumber(value, view.kind, "axis", locale) },
      splitLine: { lineStyle: { color: palette.line2 } },
    },
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.ink3, width: 1, type: "solid" } },
      formatter: (given: unknown) => tip(view, environment, given),
    },
    series: view.lines.flatMap((line, index) => [
      lineSeries(view, line, index, environment),
      ...(view.unfinished !== null && !line.previous ? [soFar(line, view.unfinished, index, environment)] : []),
    ]),
  };
}

/** The way to a day that is not over is dotted and ends in an open circle. */
function soFar(line: Line, today: number, index: number, { palette }: Environment): object {
  const color = seriesColor(palette, line.color);
  return {
    id: `so-far-${index}`,
    type: "line",
    silent: true,
    z: 3,
    showSymbol: true,
    showAllSymbol: true,
    data: line.values.map((value, at) =>
      at === today || at === today - 1 ? { value: value ?? "-", symbol: at === today ? "emptyCircle" : "none", symbolSize: 7 } : "-",
    ),
    lineStyle: { color, width: 2, type: [1, 4], cap: "round" },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

function lineSeries(view: SeriesView, line: Line, index: number, environment: Environment): object {
  const { palette } = environment;
  const color = line.previous ? palette.ink3 : seriesColor(palette, line.color);
  const alone = view.lines.filter((one) => !one.previous).length === 1;
  return {
    id: `line-${index}`,
    name: line.name,
    type: "line",
    z: line.previous ? 2 : 3,
    data: valuesBefore(line, line.previous ? null : view.unfinished).map((value, at) => ({ value: value ?? "-", symbol: isLone(line, at) ? "circle" : "none", symbolSize: 5 })),
    showSymbol: true,
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color, width: line.previous ? 1.5 : 2.25, type: line.previous ? [4, 3] : "solid" },
    itemStyle: { color },
    emphasis: { disabled: true },
    ...(alone && !line.previous ? { areaStyle: { color, opacity: 0.06 } } : {}),
  };
}

const valuesBefore = (line: Line, today: number | null): (number | null)[] =>
  line.values.map((value, at) => (today !== null && at >= today ? null : value));

/** A point between two gaps has no line to be seen by. */
const isLone = (line: Line, at: number): boolean =>
  line.values[at] !== null && (line.values[at - 1] ?? null) === null && (line.values[at + 1] ?? null) === null;

function tip(view: SeriesView, environment: Environment, given: unknown): HTMLElement {
  const index = (given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
  const day = view.days[index] ?? "";
  const now = tooltipDay(day, environment.locale) + (index === view.unfinished ? ", so far" : "");
  const rows = view.lines.map((line) => ({
    label: line.previous ? tooltipDay(line.days[index] ?? day, environment.locale) : now,
    value: formatNumber(line.values[index] ?? null, view.kind, "table", environment.locale),
    color: line.previous ? environment.palette.ink3 : seriesColor(environment.palette, line.color),
    dashed: line.previous,
  }));
  return environment.tip("", rows);
}
