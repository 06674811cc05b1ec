// Parts of one whole; the total is the server's, the percentages stand in the legend beside it.

import { formatNumber } from "../numbers";
import type { RankingView } from "../views/ranking";
import { FONT, motion, seriesColor, tooltip, type Environment, type Option } from "./theme";

export function donutOption(view: RankingView, environment: Environment): Option {
  const { palette, locale } = environment;
  return {
    ...motion(environment),
    title: {
      text: formatNumber(view.total, view.kind, "card", locale),
      subtext: view.metricLabel.toLowerCase(),
      left: "center",
      top: "center",
      itemGap: 0,
      textStyle: { color: palette.ink, fontSize: 21, lineHeight: 28, fontWeight: 640, fontFamily: FONT },
      subtextStyle: { color: palette.ink3, fontSize: 12, lineHeight: 16, fontFamily: FONT },
    },
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const entry = view.entries[(given as { dataIndex: number }).dataIndex];
        const color = seriesColor(palette, entry?.color ?? -1);
        const share = entry?.share ? [{ label: "Share", value: entry.share, color: "none", dashed: false }] : [];
        return environment.tip(entry?.label ?? "", [{ label: view.metricLabel, value: entry?.text ?? "", color, dashed: false }, ...share]);
      },
    },
    series: [
      {
        id: "parts",
        type: "pie",
        radius: ["66%", "96%"],
        startAngle: 90,
        label: { show: false },
        labelLine: { show: false },
        emphasis: { scale: false },
        itemStyle: { borderColor: palette.surface, borderWidth: 2 },
        data: view.entries.map((entry) => ({
          name: entry.label,
          value: entry.value,
          itemStyle: { color: seriesColor(palette, entry.color) },
        })),
      },
    ],
  };
}
