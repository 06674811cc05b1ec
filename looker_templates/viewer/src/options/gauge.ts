// A half circle with three bands; a mark on it, and the value with its word in the middle.

import type { GaugeView } from "../views/gauge";
import { FONT, mix, motion, plain, type Environment, type Option } from "./theme";

export function gaugeOption(view: GaugeView, environment: Environment, word: string): Option {
  const { palette, width, height } = environment;
  const end = view.bands.at(-1)?.end ?? 1;
  const spread = end - view.start || 1;
  const radius = Math.max(40, Math.min(width / 2 - 10, height - 22));
  const thick = Math.max(10, Math.min(20, radius * 0.16));
  const shapes = { good: "●", watch: "◆", bad: "■" } as const;
  const tone = view.tone ?? "watch";
  return {
    ...motion(environment),
    series: [
      {
        id: "gauge",
        type: "gauge",
        silent: true,
        startAngle: 180,
        endAngle: 0,
        center: ["50%", radius + 6 + Math.max(0, (height - radius - 22) / 2)],
        radius,
        min: view.start,
        max: end,
        axisLine: { lineStyle: { width: thick, color: view.bands.map((band) => [(band.end - view.start) / spread, view.tone === band.tone ? palette[band.tone] : mix(palette[band.tone], palette.surface, 0.32)] as [number, string]) } },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        pointer: { show: view.value !== null, icon: "rect", length: thick + 10, width: 4, offsetCenter: [0, -(radius - thick - 5)], itemStyle: { color: palette.ink, borderColor: palette.surface, borderWidth: 1.5 } },
        anchor: { show: false },
        title: { show: false },
        detail: {
          offsetCenter: [0, -Math.max(16, radius * 0.2)],
          formatter: () => `{value|${plain(view.text)}}${word ? `\n{word|${shapes[tone]} ${plain(word)}}` : ""}`,
          rich: {
            value: { color: palette.ink, fontSize: 26, lineHeight: 32, fontWeight: 640, fontFamily: FONT },
            word: { color: palette[tone], fontSize: 12.5, lineHeight: 18, fontWeight: 550, fontFamily: FONT },
          },
        },
        data: [{ value: Math.max(view.start, Math.min(end, view.value ?? view.start)) }],
      },
    ],
  };
}
