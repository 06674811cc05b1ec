// A thin bar for the value on a pale track, and an upright tick where the target is.

import type { BulletView } from "../views/bullet";
import { FONT, middleCut, mix, motion, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12.5;
const PITCH = 40;
const LEAST_PITCH = 30;
const FITS = 7;

export const bulletHeight = (view: BulletView): number | null => (view.rows.length > FITS ? view.rows.length * LEAST_PITCH : null);

export function bulletOption(view: BulletView, environment: Environment): Option {
  const { palette, width, height } = environment;
  const names = view.rows.map((row) => middleCut(row.label, Math.min(200, width * 0.34), SIZE));
  const full = view.rows.map((row) => `${row.text} / ${row.targetText}   ${row.reachedText}`);
  // The bars need half of the room; the two numbers are in the tooltip and in the table too.
  const ends = Math.max(...full.map((text) => textWidth(text, SIZE)), 0) > width * 0.36 ? view.rows.map((row) => row.reachedText) : full;
  const left = Math.max(...names.map((name) => textWidth(name, SIZE)), 20) + 12;
  const right = Math.max(...ends.map((text) => textWidth(text, SIZE)), 20) + 14;
  const of = (value: number | null, target: number): number => (view.shared ? (value ?? 0) : target === 0 ? 0 : (value ?? 0) / target);
  const most = Math.max(...view.rows.flatMap((row) => [of(row.value, row.target), of(row.target, row.target)]), 0) * 1.04 || 1;
  // One far ahead of its target must not squeeze the others.
  const limit = view.shared ? most : Math.min(most, 1.6);
  const category = { type: "category" as const, inverse: true, data: names.map((_, at) => String(at)), axisLine: { show: false }, axisTick: { show: false } };
  const color = seriesColor(palette, 0);
  return {
    ...motion(environment),
    grid: { left, right, top: 0, bottom: Math.max(0, height - view.rows.length * PITCH), outerBoundsMode: "none" },
    xAxis: { type: "value", min: 0, max: limit, show: false },
    yAxis: [
      { ...category, axisLabel: { color: palette.ink2, fontSize: SIZE, fontFamily: FONT, interval: 0, margin: left, align: "left", formatter: (at: string) => names[Number(at)] ?? "" } },
      { ...category, position: "right", axisLabel: { color: palette.ink, fontSize: SIZE, fontFamily: FONT, interval: 0, margin: right - 2, align: "right", formatter: (at: string) => ends[Number(at)] ?? "" } },
    ],
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.ink3, opacity: 0.06 } },
      formatter: (given: unknown) => {
        const row = view.rows[(given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0];
        const line = (label: string, value: string, mark: string) => ({ label, value, color: mark, dashed: false });
        return environment.tip(row?.label ?? "", [
          line(view.metricLabel, row?.text ?? "", color), line(view.targetLabel, `${row?.targetText ?? ""}`, seriesColor(palette, 2)), line("", row?.reachedText ?? "", "none"),
          ...(view.paceLabel ? [line(view.paceLabel, row?.paceText ?? "", "none")] : []),
        ]);
      },
    },
    series: [
      {
        id: "values",
        type: "bar",
        barWidth: 12,
        showBackground: true,
        backgroundStyle: { color: mix(palette.ink3, palette.surface, 0.1), borderRadius: 3 },
        data: view.rows.map((row) => ({ value: row.value === null ? "-" : Math.min(limit, of(row.value, row.target)), itemStyle: { color, borderRadius: 3 } })),
        emphasis: { disabled: true },
      },
      {
        id: "targets",
        type: "scatter",
        silent: true,
        z: 5,
        symbol: "rect",
        symbolSize: [3, 22],
        data: view.rows.map((row, at) => ({ value: [of(row.target, row.target), at], itemStyle: { color: seriesColor(palette, 2), borderColor: palette.surface, borderWidth: 1 } })),
        emphasis: { disabled: true },
      },
    ],
  };
}
