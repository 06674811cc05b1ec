// Cells with gaps between them; seven steps instead of a gradient.

import { formatNumber } from "../numbers";
import type { HeatmapView } from "../views/heatmap";
import { stepFor } from "./axis";
import { AXIS_SIZE, axisText, endCut, FONT, middleCut, motion, plain, scale, stepOf, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12;
const LEAST_ROW = 20;
const ROW_ROOM = 11;
const FOOT = 22;

/** Many rows need a taller plot. */
export const heatmapHeight = (view: HeatmapView): number | null => (view.down.keys.length > ROW_ROOM ? view.down.keys.length * LEAST_ROW + FOOT : null);

export function heatmapOption(view: HeatmapView, environment: Environment): Option {
  const { palette, width, height, locale } = environment;
  const names = view.down.texts.map((text) => middleCut(text, Math.min(170, width * 0.32), SIZE));
  const left = Math.max(...names.map((name) => textWidth(name, SIZE)), 20) + 12;
  const cellWidth = (width - left - 4) / Math.max(1, view.across.keys.length);
  const cellHeight = (height - FOOT) / Math.max(1, view.down.keys.length);
  const texts = view.cells.map((cells) => cells.map((value) => (value === null ? "" : formatNumber(value, view.kind, view.kind === "percent" ? "axis" : "table", locale))));
  const widest = Math.max(...texts.flat().map((text) => textWidth(text, 11)), 0);
  // Hours and months may skip some heads; names may not.
  const heads = view.across.texts.map((text) => (view.across.ordered ? text : endCut(text, cellWidth - 4, AXIS_SIZE)));
  const step = view.across.ordered ? stepFor(heads, width - left) : 1;
  const colors = scale(palette);
  // A plot that scrolls has its heads in sight at the top.
  const tall = heatmapHeight(view) !== null;
  return {
    ...motion(environment),
    grid: { left, right: 4, top: tall ? FOOT : 0, bottom: tall ? 0 : FOOT, outerBoundsMode: "none" },
    xAxis: {
      type: "category", position: tall ? "top" : "bottom", data: heads.map((_, index) => String(index)), axisLine: { show: false }, axisTick: { show: false }, splitArea: { show: false },
      axisLabel: { ...axisText(palette), margin: 7, interval: (index: number) => index % step === 0, formatter: (index: string) => heads[Number(index)] ?? "" },
    },
    yAxis: {
      type: "category", inverse: true, data: names.map((_, index) => String(index)), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: palette.ink2, fontSize: SIZE, fontFamily: FONT, interval: 0, margin: left, align: "left", formatter: (index: string) => names[Number(index)] ?? "" },
    },
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const [across = 0, down = 0] = (given as { value: readonly number[] }).value;
        const value = formatNumber(view.cells[down]?.[across] ?? null, view.kind, "table", locale);
        return environment.tip(`${view.down.texts[down] ?? ""}, ${view.across.texts[across] ?? ""}`, [{ label: view.metric, value, color: "none", dashed: false }]);
      },
    },
    series: [
      {
        id: "cells",
        type: "heatmap",
        data: view.cells.flatMap((cells, down) =>
          cells.flatMap((value, across) =>
            value === null ? [] : [{ value: [across, down, value], itemStyle: { color: colors[view.turned ? colors.length - 1 - stepOf(value, view.low, view.high) : stepOf(value, view.low, view.high)] ?? "", borderColor: palette.surface, borderWidth: 2, borderRadius: 3 } }],
          ),
        ),
        label: {
          show: cellWidth >= widest + 6 && cellHeight >= 16,
          color: palette.ink, fontSize: 11, fontFamily: FONT,
          formatter: (given: unknown) => {
            const [across = 0, down = 0] = (given as { value: readonly number[] }).value;
            return plain(texts[down]?.[across] ?? "");
          },
        },
        emphasis: { itemStyle: { borderColor: palette.ink, borderWidth: 1.5 } },
      },
    ],
  };
}
