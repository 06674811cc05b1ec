// Columns that hang from one another; start and end stand on zero. Lies down where columns would be too narrow for their names.

import { formatNumber } from "../numbers";
import type { Bridge, WaterfallView } from "../views/waterfall";
import { extentOf, labelsWidth, valueAxis } from "./axis";
import { AXIS_SIZE, axisText, FONT, middleCut, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12;
const LEAST_COLUMN = 74;
const NAME_LINES = 2;

export function waterfallOption(view: WaterfallView, environment: Environment): Option {
  const { palette, width, height, locale } = environment;
  const flat = width / view.steps.length < LEAST_COLUMN;
  const extent = extentOf(view.steps.flatMap((step) => [step.from, step.to]), view.kind, true);
  const side = labelsWidth(extent, view.kind, locale);
  const column = (width - side) / view.steps.length;
  const names = view.steps.map((step) => (flat ? middleCut(step.label, width * 0.34, SIZE) : wrapped(step.label, column - 10)));
  const left = flat ? Math.max(...names.map((name) => textWidth(name, SIZE))) + 12 : side;
  const values = Math.max(...view.steps.map((step) => textWidth(step.text, SIZE))) + 10;
  const category = {
    type: "category" as const, data: names.map((_, at) => String(at)), axisTick: { show: false }, inverse: flat,
    axisLine: flat ? { show: false } : { onZero: true, lineStyle: { color: palette.line } },
    axisLabel: flat
      ? { color: palette.ink2, fontSize: SIZE, fontFamily: FONT, interval: 0, margin: left, align: "left" as const, formatter: (at: string) => names[Number(at)] ?? "" }
      : { ...axisText(palette), interval: 0, lineHeight: 14, margin: 8, formatter: (at: string) => names[Number(at)] ?? "" },
  };
  const value = flat ? { ...valueAxis(extent, view.kind, environment), axisLabel: { show: false }, splitLine: { show: false } } : valueAxis(extent, view.kind, environment);
  return {
    ...motion(environment),
    grid: flat
      ? { left, right: values, top: 0, bottom: Math.max(0, height - view.steps.length * 34), outerBoundsMode: "none" }
      : { left, right: 4, top: 22, bottom: 10 + NAME_LINES * 14, outerBoundsMode: "none" },
    ...(flat ? { xAxis: value, yAxis: category } : { xAxis: category, yAxis: value }),
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.ink3, opacity: 0.08 } },
      formatter: (given: unknown) => {
        const step = view.steps[(given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0];
        const level = step && step.role !== "end" ? [{ label: "=", value: formatNumber(step.to, view.kind, "table", locale), color: "none", dashed: false }] : [];
        return environment.tip(step?.label ?? "", [{ label: "", value: step?.text ?? "", color: colorOf(step, environment), dashed: false }, ...level]);
      },
    } as NonNullable<Option["tooltip"]>,
    series: columns(view, flat, environment) as Option["series"] & object,
  };
}

const colorOf = (step: Bridge | undefined, { palette }: Environment): string =>
  step?.role === "end" ? palette.ink3 : seriesColor(palette, step?.role === "minus" ? 2 : 1);

/** An unseen column carries the seen one: two of them, because a bridge may go below zero. */
function columns(view: WaterfallView, flat: boolean, environment: Environment): object[] {
  const { palette } = environment;
  const radius = flat ? [0, 3, 3, 0] : [3, 3, 0, 0];
  const base = { type: "bar", stack: "bridge", stackStrategy: "all", barMaxWidth: flat ? 20 : 64, barCategoryGap: flat ? "38%" : "26%", emphasis: { disabled: true } };
  return [
    { ...base, id: "under", silent: true, itemStyle: { color: "transparent" }, data: view.steps.map((step) => Math.min(step.from, step.to)) },
    {
      ...base,
      id: "steps",
      data: view.steps.map((step) => ({
        value: Math.abs(step.to - step.from),
        itemStyle: { color: colorOf(step, environment), borderRadius: step.role === "end" ? radius : 2 },
        label: { show: true, position: flat ? "right" : "top", distance: 4, formatter: () => plain(step.text) },
      })),
      label: { color: palette.ink, fontSize: SIZE, fontWeight: 550, fontFamily: FONT },
      ...(flat ? {} : { markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: palette.ink3, width: 1, type: [1, 2] }, label: { show: false }, data: links(view) } }),
    },
  ];
}

/** From the end of each step to the beginning of the next one. */
const links = (view: WaterfallView): object[][] =>
  view.steps.slice(0, -1).map((step, at) => [{ coord: [at, step.to] }, { coord: [at + 1, step.to] }]);

/** A name on at most two lines. */
function wrapped(label: string, most: number): string {
  if (textWidth(label, AXIS_SIZE) <= most) return label;
  const words = label.split(" ");
  let first = words.shift() ?? "";
  while (words.length > 0 && textWidth(`${first} ${words[0] ?? ""}`, AXIS_SIZE) <= most) first += ` ${words.shift() ?? ""}`;
  const rest = words.join(" ");
  return rest ? `${middleCut(first, most, AXIS_SIZE)}\n${middleCut(rest, most, AXIS_SIZE)}` : middleCut(first, most, AXIS_SIZE);
}
