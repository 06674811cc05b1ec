// Points with the averages as thin lines; the names of those that lie apart.

import { formatNumber } from "../numbers";
import type { ScatterView } from "../views/scatter";
import { say } from "../views/words";
import { extentOf, labelsWidth, SLOT_LABELS, ticksOf, valueAxis, type Extent } from "./axis";
import { AXIS_SIZE, axisText, endCut, FONT, mix, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const [SMALL, LARGE] = [9, 34];
const NAME = 12;

export function scatterOption(view: ScatterView, environment: Environment): Option {
  const { palette, width, locale } = environment;
  const across = extentOf(view.points.map((point) => point.x), view.x.kind, false, width < 420 ? 3 : 5);
  const up = extentOf(view.points.map((point) => point.y), view.y.kind, false);
  const most = Math.max(...view.points.map((point) => point.size ?? 0), 1);
  const color = seriesColor(palette, 0);
  const fill = mix(color, palette.surface, 0.62);
  // An area, not a diameter, says how much.
  const diameter = (size: number | null): number => (view.size ? SMALL + (LARGE - SMALL) * Math.sqrt((size ?? 0) / most) : 11);
  const besides = say(locale, "mean", formatNumber(view.y.mean, view.y.kind, "table", locale));
  // The average's label stands right of the plot, where no point lies, unless the card is too narrow.
  const outside = width >= 400;
  const grid = { left: labelsWidth(up, view.y.kind, locale), right: outside ? textWidth(besides, AXIS_SIZE) + 14 : 16, top: 34, bottom: SLOT_LABELS + 18 };
  const plot = width - grid.left - grid.right;
  const meanText = say(locale, "mean", formatNumber(view.x.mean, view.x.kind, "table", locale));
  // The average's label stands over the plot, beside the axis' title.
  const free = textWidth(view.y.label, AXIS_SIZE) + 12;
  const shift = Math.max(0, free - (grid.left + leftOf(view.x.mean, across) * plot - textWidth(meanText, AXIS_SIZE) / 2));
  return {
    ...motion(environment),
    grid: { ...grid, outerBoundsMode: "none" },
    xAxis: { ...valueAxis(across, view.x.kind, environment), splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: palette.line } }, name: view.x.label, nameLocation: "middle", nameGap: 26, nameTextStyle: axisText(palette) },
    yAxis: valueAxis(up, view.y.kind, environment, view.y.label),
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const point = view.points[(given as { dataIndex: number }).dataIndex];
        const row = (label: string, text: string) => ({ label, value: text, color: "none", dashed: false });
        const size = view.size && point ? [row(view.size.label, formatNumber(point.size, view.size.kind, "table", locale))] : [];
        return environment.tip(point?.label ?? "", [row(view.x.label, formatNumber(point?.x ?? null, view.x.kind, "table", locale)), row(view.y.label, formatNumber(point?.y ?? null, view.y.kind, "table", locale)), ...size]);
      },
    },
    series: [
      {
        id: "points",
        type: "scatter",
        data: view.points.map((point) => ({
          value: [point.x, point.y],
          symbolSize: diameter(point.size),
          itemStyle: { color: point.dimmed ? mix(color, palette.surface, 0.2) : fill, borderColor: point.dimmed ? mix(color, palette.surface, 0.35) : color, borderWidth: 1 },
          label: {
            show: point.named,
            // A name that would leave the plot on the right stands on the left.
            position: leftOf(point.x, across) * plot + diameter(point.size) / 2 + textWidth(point.label, NAME) + 8 > plot ? "left" : "right",
            distance: 5, formatter: () => plain(endCut(point.label, 150, NAME)), color: palette.ink2, fontSize: NAME, fontFamily: FONT,
          },
        })),
        labelLayout: { hideOverlap: true },
        emphasis: { disabled: true },
        markLine: {
          silent: true, symbol: "none", animation: false,
          lineStyle: { color: palette.ink3, width: 1, type: [2, 3] },
          data: [
            { xAxis: view.x.mean, label: { ...meanLabel(meanText, "end", environment), offset: [shift, 0] } },
            { yAxis: view.y.mean, label: meanLabel(besides, outside ? "end" : "insideEndTop", environment) },
          ],
        },
      },
    ],
  };
}

const leftOf = (value: number, extent: Extent): number => (value - (ticksOf(extent)[0] ?? 0)) / (extent.max - extent.min);

const meanLabel = (text: string, position: "end" | "insideEndTop", { palette }: Environment): object => ({
  position, distance: position === "end" ? 7 : 4, color: palette.ink3, fontSize: AXIS_SIZE, fontFamily: FONT, formatter: () => text,
});
