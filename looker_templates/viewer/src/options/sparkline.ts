// A KPI's sparkline: the course of the period without axes, its last point marked.

import type { Points } from "../views/series";
import { motion, seriesColor, type Environment, type Option } from "./theme";

export function sparklineOption(points: Points, environment: Environment): Option {
  const color = seriesColor(environment.palette, 0);
  const last = points.values.findLastIndex((value) => value !== null);
  return {
    ...motion(environment),
    grid: { left: 2, right: 5, top: 5, bottom: 4, outerBoundsMode: "none" },
    xAxis: { type: "category", show: false, boundaryGap: false, data: [...points.days] },
    yAxis: { type: "value", show: false, scale: true },
    series: [
      {
        id: "spark",
        type: "line",
        silent: true,
        showSymbol: true,
        showAllSymbol: true,
        connectNulls: true,
        data: points.values.map((value, at) => ({ value: value ?? "-", symbol: at === last ? "circle" : "none", symbolSize: 6 })),
        lineStyle: { color, width: 1.75 },
        itemStyle: { color },
        areaStyle: { color, opacity: 0.06 },
        emphasis: { disabled: true },
      },
    ],
  };
}
