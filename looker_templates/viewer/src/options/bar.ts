// A ranking as horizontal bars from zero, the value written at the end of each.

import type { RankingView } from "../views/ranking";
import { middleCut, motion, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12.5;
const PITCH = 34;

export function barOption(view: RankingView, environment: Environment): Option {
  const { palette, width, height } = environment;
  const ends = view.entries.map((entry) => (entry.share ? `${entry.text}   ${entry.share}` : entry.text));
  const right = Math.max(...ends.map((text) => textWidth(text, SIZE)), 20) + 12;
  const names = view.entries.map((entry) => middleCut(entry.label, Math.min(190, width * 0.36), SIZE));
  const left = Math.max(...names.map((name) => textWidth(name, SIZE)), 30) + 12;
  const bottom = Math.max(0, height - view.entries.length * PITCH);
  const first = seriesColor(palette, 0);
  return {
    ...motion(environment),
    grid: { left, right, top: 0, bottom, outerBoundsMode: "none" },
    xAxis: { type: "value", min: 0, show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: names.map((_, index) => String(index)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        color: palette.ink2,
        fontSize: SIZE,
        margin: left,
        align: "left",
        formatter: (index: string) => names[Number(index)] ?? "",
      },
    },
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.ink3, opacity: 0.08 } },
      formatter: (given: unknown) => {
        const entry = view.entries[(given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0];
        const color = entry?.key === undefined ? palette.ink3 : first;
        const share = entry?.share ? [{ label: "Share", value: entry.share, color: "none", dashed: false }] : [];
        return environment.tip(entry?.label ?? "", [{ label: view.metricLabel, value: entry?.text ?? "", color, dashed: false }, ...share]);
      },
    },
    series: [
      {
        id: "bars",
        type: "bar",
        barMaxWidth: 20,
        barCategoryGap: "38%",
        data: view.entries.map((entry, index) => ({
          value: entry.value,
          itemStyle: {
            color: entry.key === undefined || entry.key === null ? palette.ink3 : first,
            opacity: entry.few ? 0.4 : 1,
            borderRadius: [0, 3, 3, 0],
          },
          label: {
            show: true,
            position: "right",
            formatter: entry.share ? `{value|${entry.text}}{share|  ${entry.share}}` : `{value|${ends[index] ?? ""}}`,
          },
        })),
        label: {
          rich: {
            value: { color: palette.ink, fontSize: 12.5, fontWeight: 550, fontFamily: "inherit" },
            share: { color: palette.ink3, fontSize: 12, fontFamily: "inherit" },
          },
        },
        emphasis: { disabled: true },
      },
    ],
  };
}
