// The parts of the chart engine that the viewer uses, for the browser and for the server alike.

import { BarChart, GaugeChart, HeatmapChart, LineChart, MapChart, PieChart, ScatterChart, TreemapChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { setPlatformAPI } from "echarts/core";
import { textWidth } from "./options/widths";

export const PARTS = [
  BarChart, GaugeChart, HeatmapChart, LineChart, MapChart, PieChart, ScatterChart, TreemapChart,
  GridComponent, MarkLineComponent, TitleComponent, TooltipComponent, LabelLayout,
];

const sizeOf = (font: string | undefined): number => Number(/([\d.]+)px/.exec(font ?? "")?.[1] ?? 12);

/** Texts are measured by a table everywhere: a browser would measure another font while ours is on its way, and a server has none. */
export const measure = (): void => setPlatformAPI({ measureText: (text: string, font?: string) => ({ width: textWidth(text, sizeOf(font)) }) });
