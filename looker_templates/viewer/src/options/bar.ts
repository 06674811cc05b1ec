// A ranking as horizontal bars from zero, the value written at the end of each.

import { formatNumber } from "../numbers";
import type { Entry, RankingView } from "../views/ranking";
import { say } from "../views/words";
import { AXIS_SIZE, FONT, middleCut, mix, motion, plain, seriesColor, textWidth, tooltip, type Environment, type Option } from "./theme";

const SIZE = 12.5;
const PITCH = 34;
const MOST_PITCH = 68;
const LEAST_PITCH = 19;
const FITS = 6;
const GOAL_ROOM = 22;

/** More bars than a card has room for need a taller plot. */
export const barHeight = (view: RankingView): number | null =>
  view.entries.length > FITS ? view.entries.length * LEAST_PITCH + (view.goal ? GOAL_ROOM : 0) : null;

export function barOption(view: RankingView, environment: Environment): Option {
  const { palette, width, height } = environment;
  const grouped = !view.stacked && view.measures.length > 1;
  // Values beside a goal line stand in a column of their own, where the line cannot cross them.
  const aside = view.goal !== null || view.stacked;
  const ends = view.entries.map((entry) => (grouped ? longest(view, entry, environment.locale) : entry.share ? `${entry.text}   ${entry.share}` : entry.text));
  const right = Math.max(...ends.map((text) => textWidth(text, SIZE)), 20) + 14;
  const names = view.entries.map((entry) => middleCut(entry.label, Math.min(200, width * 0.38), SIZE));
  const left = Math.max(...names.map((name) => textWidth(name, SIZE)), 30) + 12;
  const room = view.goal ? GOAL_ROOM : 0;
  const usual = grouped ? Math.max(PITCH, view.measures.length * 16 + 8) : PITCH;
  // Few bars in a tall card are thicker and farther apart, up to twice their usual size.
  const pitch = Math.max(usual, Math.min(Math.max(MOST_PITCH, usual), (height - room - 2) / Math.max(1, view.entries.length)));
  const bottom = Math.max(room, height - view.entries.length * pitch - 2);
  const least = Math.min(0, ...view.entries.flatMap((entry) => [entry.value, ...entry.parts.map((part) => part ?? 0)]));
  const most = Math.max(view.goal?.target ?? 0, ...view.entries.map((entry) => (grouped ? Math.max(...entry.parts.map((part) => part ?? 0)) : entry.value)));
  const names_ = { color: palette.ink2, fontSize: SIZE, fontFamily: FONT };
  const category = { type: "category" as const, inverse: true, data: names.map((_, index) => String(index)), axisLine: { show: false }, axisTick: { show: false } };
  return {
    ...motion(environment),
    grid: { left, right, top: 0, bottom, outerBoundsMode: "none" },
    xAxis: { type: "value", min: least, max: most > least ? most : least + 1, show: false },
    yAxis: [
      { ...category, axisLabel: { ...names_, interval: 0, margin: left, align: "left", formatter: (index: string) => names[Number(index)] ?? "" } },
      ...(aside
        ? [{ ...category, position: "right" as const, axisLabel: { color: palette.ink, fontSize: SIZE, fontWeight: 550, fontFamily: FONT, interval: 0, margin: right - 2, align: "right" as const, formatter: (index: string) => ends[Number(index)] ?? "" } }]
        : []),
    ],
    tooltip: {
      ...tooltip(environment),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: palette.ink3, opacity: 0.08 } },
      formatter: (given: unknown) => tip(view, environment, given),
    },
    series: view.measures.slice(0, view.stacked || grouped ? undefined : 1).map((_, at) => bars(view, at, grouped, aside, ends, pitch / usual, environment)),
  };
}

const longest = (view: RankingView, entry: Entry, locale: string): string =>
  view.measures.map((one, at) => formatNumber(entry.parts[at] ?? null, one.kind, "table", locale)).reduce((best, text) => (text.length > best.length ? text : best), "");

function bars(view: RankingView, at: number, grouped: boolean, aside: boolean, ends: readonly string[], growth: number, environment: Environment): object {
  const { palette, locale } = environment;
  const several = view.measures.length > 1;
  const color = seriesColor(palette, at);
  const last = !view.stacked || at === view.measures.length - 1;
  return {
    id: several ? `bars-${at}` : "bars",
    type: "bar",
    ...(view.stacked ? { stack: "all" } : {}),
    barMaxWidth: Math.round((grouped ? 14 : 20) * Math.min(growth, 1.7)),
    barCategoryGap: "38%",
    barGap: "12%",
    data: view.entries.map((entry, index) => {
      const value = several ? (entry.parts[at] ?? null) : entry.value;
      const other = !several && (entry.key === undefined || entry.key === null);
      const text = grouped ? formatNumber(value, view.measures[at]?.kind ?? "count", "table", locale) : (ends[index] ?? "");
      return {
        value: value ?? "-",
        itemStyle: {
          color: shade(other ? palette.ink3 : color, entry, palette.surface),
          borderRadius: last ? [0, 3, 3, 0] : 0,
          ...(view.stacked ? { borderColor: palette.surface, borderWidth: 1 } : {}),
        },
        label: {
          show: !aside,
          position: "right",
          formatter: entry.share && !several ? `{value|${plain(entry.text)}}{share|${plain(entry.share)}}` : `{value|${plain(text)}}`,
        },
      };
    }),
    label: {
      rich: {
        value: { color: palette.ink, fontSize: SIZE, fontWeight: 550, fontFamily: FONT },
        share: { color: palette.ink3, fontSize: 12, fontFamily: FONT, padding: [0, 0, 0, 7] },
      },
    },
    emphasis: { disabled: true },
    ...(at === 0 && view.goal ? { markLine: goalLine(view, environment) } : {}),
  };
}

/** Pale where few stand behind a value, paler where other values are chosen. */
const shade = (color: string, entry: Entry, ground: string): string => (entry.dimmed ? mix(color, ground, 0.28) : entry.few ? mix(color, ground, 0.4) : color);

/** The goal's label stands under the bars. */
function goalLine(view: RankingView, { palette }: Environment): object {
  const color = seriesColor(palette, 2);
  return {
    silent: true, symbol: "none", animation: false,
    data: [{ xAxis: view.goal?.target ?? 0 }],
    lineStyle: { color, width: 1.25, type: "solid" },
    label: { position: "end", distance: 5, color, fontSize: AXIS_SIZE, fontFamily: FONT, formatter: () => view.goal?.text ?? "" },
  };
}

function tip(view: RankingView, environment: Environment, given: unknown): HTMLElement {
  const { palette, locale } = environment;
  const entry = view.entries[(given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0];
  const several = view.measures.length > 1;
  const other = entry?.key === undefined;
  const rows = view.measures.map((one, at) => ({
    label: one.label,
    value: several ? formatNumber(entry?.parts[at] ?? null, one.kind, "table", locale) : (entry?.text ?? ""),
    color: !several && other ? palette.ink3 : seriesColor(palette, at),
    dashed: false,
  }));
  const share = entry?.share ? [{ label: say(locale, "share"), value: entry.share, color: "none", dashed: false }] : [];
  const goal = view.goal ? [{ label: say(locale, "goal"), value: view.goal.value, color: seriesColor(palette, 2), dashed: false }] : [];
  return environment.tip(entry?.label ?? "", [...rows, ...share, ...goal]);
}
