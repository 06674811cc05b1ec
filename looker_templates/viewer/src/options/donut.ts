// Parts of one whole; the total is the server's, the percentages stand in the legend beside it.

import { formatNumber } from "../numbers";
import type { RankingView } from "../views/ranking";
import { inSentence, say } from "../views/words";
import { FONT, mix, motion, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

export function donutOption(view: RankingView, environment: Environment): Option {
  const { palette, locale } = environment;
  const measure = view.measures[0];
  const label = inSentence(measure?.label ?? "", locale);
  // A name wider than the hole would run over the ring; the card's title says it as well.
  const hole = Math.min(environment.width, environment.height) * 0.66 * 0.96;
  // Twelve pixels under the middle the hole is narrower than across it.
  const fits = textWidth(label, 12) < Math.sqrt(hole ** 2 - 44 ** 2) - 8;
  return {
    ...motion(environment),
    title: {
      text: formatNumber(view.total, measure?.kind ?? "count", "card", locale),
      subtext: fits ? label : "",
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
        const share = entry?.share ? [{ label: say(locale, "share"), value: entry.share, color: "none", dashed: false }] : [];
        return environment.tip(entry?.label ?? "", [{ label: measure?.label ?? "", value: entry?.text ?? "", color, dashed: false }, ...share]);
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
          itemStyle: { color: entry.dimmed ? mix(seriesColor(palette, entry.color), palette.surface, 0.28) : seriesColor(palette, entry.color) },
        })),
      },
    ],
  };
}
