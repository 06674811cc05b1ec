// option(item, answers, context) → what the chart engine draws; pure, one builder for screen, PDF and mail.

import type { Context } from "./context";
import { barOption } from "./options/bar";
import { donutOption } from "./options/donut";
import type { Environment, Option } from "./options/theme";
import { timeSeriesOption } from "./options/time_series";
import type { Bar, Donut, TimeSeries } from "./report";
import { rankingView } from "./views/ranking";
import { seriesView, type Answers } from "./views/series";

export function option(item: TimeSeries | Bar | Donut, answers: Answers, context: Context, environment: Environment): Option {
  if (item.type === "time_series") return timeSeriesOption(seriesView(item, answers, context), environment);
  const view = rankingView(item, answers, context);
  return item.type === "bar" ? barOption(view, environment) : donutOption(view, environment);
}
