// Steps as bars from zero, one under the other, and between two of them the rate from the one to the other.

import type { FunnelView } from "../views/funnel";
import { FONT, middleCut, mix, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12.5;
const LEAST_ROW = 40;
const FITS = 6;

export const funnelHeight = (view: FunnelView): number | null => (view.steps.length > FITS ? view.steps.length * LEAST_ROW : null);

export function funnelOption(view: FunnelView, environment: Environment): Option {
  const { palette, width, height } = environment;
  const names = view.steps.map((step) => middleCut(step.label, Math.min(190, width * 0.36), SIZE));
  const left = Math.max(...names.map((name) => textWidth(name, SIZE)), 30) + 14;
  const right = Math.max(...view.steps.map((step) => textWidth(step.text, SIZE)), 20) + 12;
  // Every second place of the axis is a gap for a rate.
  const places = view.steps.length * 2 - 1;
  const row = Math.min(64, height / view.steps.length);
  const color = seriesColor(palette, 0);
  const track = mix(palette.ink3, palette.surface, 0.07);
  const values = view.steps.flatMap((step, at) => (at === 0 ? [step.value] : [null, step.value]));
  const most = Math.max(...view.steps.map((step) => step.value ?? 0), 1);
  const bar = Math.max(10, Math.min(26, row * 0.5));
  return {
    ...motion(environment),
    grid: { left, right, top: 0, bottom: Math.max(0, height - row * view.steps.length), outerBoundsMode: "none" },
    xAxis: { type: "value", min: 0, max: most, show: false },
    yAxis: {
      type: "category", inverse: true, data: Array.from({ length: places }, (_, at) => String(at)), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: palette.ink2, fontSize: SIZE, fontFamily: FONT, interval: 0, margin: left, align: "left", formatter: (at: string) => (Number(at) % 2 === 0 ? (names[Number(at) / 2] ?? "") : "") },
    },
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const step = view.steps[(given as { dataIndex: number }).dataIndex / 2];
        return step ? environment.tip(step.label, [{ label: "", value: step.text, color, dashed: false }]) : "";
      },
    },
    series: [
      {
        id: "steps",
        type: "bar",
        barWidth: bar,
        showBackground: false,
        data: values.map((value, at) => (at % 2 === 0 ? { value: value ?? "-", itemStyle: { color, borderRadius: [0, 3, 3, 0] }, label: { show: true, position: "right", formatter: () => plain(view.steps[at / 2]?.text ?? "") } } : { value: "-" })),
        label: { color: palette.ink, fontSize: SIZE, fontWeight: 550, fontFamily: FONT },
        emphasis: { disabled: true },
      },
      {
        id: "rates",
        type: "bar",
        barWidth: bar,
        barGap: "-100%",
        silent: true,
        data: values.map((_, at) => (at % 2 === 1 ? { value: 0, itemStyle: { color: track }, label: { show: true, position: "right", distance: 4, formatter: () => `↓ ${plain(view.steps[(at + 1) / 2]?.rateText ?? "")}` } } : { value: "-" })),
        label: { color: palette.ink3, fontSize: 12, fontFamily: FONT },
        emphasis: { disabled: true },
      },
    ],
  };
}
