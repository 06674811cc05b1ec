// drawing(item, answers, context) → how any chart is drawn, named and written as a table; pure, for screen, PDF and mail.

import type { Context } from "./context";
import type { Item } from "./report";
import { inUnits } from "./units";
import { bulletDrawing } from "./views/bullet";
import { columnsDrawing } from "./views/columns_drawing";
import type { Drawing } from "./views/drawing";
import type { Answers } from "./views/frame";
import { funnelDrawing } from "./views/funnel";
import { gaugeDrawing } from "./views/gauge";
import { geoDrawing } from "./views/geo";
import { heatmapDrawing } from "./views/heatmap";
import { rankingDrawing } from "./views/ranking_drawing";
import { scatterDrawing } from "./views/scatter";
import { seriesDrawing } from "./views/series_drawing";
import { treemapDrawing } from "./views/treemap";
import { waterfallDrawing } from "./views/waterfall";

const MAKERS = {
  time_series: seriesDrawing, column: columnsDrawing, combo: columnsDrawing, bar: rankingDrawing, donut: rankingDrawing, heatmap: heatmapDrawing, geo: geoDrawing,
  scatter: scatterDrawing, funnel: funnelDrawing, bullet: bulletDrawing, gauge: gaugeDrawing, waterfall: waterfallDrawing, treemap: treemapDrawing,
} as const;

export type Charted = Extract<Item, { type: keyof typeof MAKERS }>;

export const isCharted = (item: Item): item is Charted => item.type in MAKERS;

export const drawing = (item: Charted, answers: Answers, context: Context): Drawing =>
  (MAKERS[item.type] as (item: Charted, answers: Answers, context: Context) => Drawing)(item, answers, inUnits(item, context));
