// What an option needs besides the data: colours, the size of the plot, and how a tooltip is made.

import type { EChartsOption } from "echarts";

export interface Palette {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly line2: string;
  readonly surface: string;
  readonly accent: string;
  readonly good: string;
  readonly watch: string;
  readonly bad: string;
  readonly series: readonly string[];
}

export interface TipRow {
  readonly label: string;
  readonly value: string;
  /** `none`: no mark before the label. */
  readonly color: string;
  readonly dashed: boolean;
}

export interface Environment {
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly locale: string;
  readonly still: boolean;
  /** Makes the tooltip's content as DOM nodes: an HTML string would break the content security policy. */
  readonly tip: (title: string, rows: readonly TipRow[]) => HTMLElement;
}

export type Option = EChartsOption;
export type OptionMaker = (environment: Environment) => Option;

export { endCut, middleCut, textWidth } from "./widths";

// Without quotes, which would end the attribute that the engine writes it into.
export const FONT = "InterVariable, Noto Sans, Noto Sans SC, system-ui, sans-serif";

export const seriesColor = (palette: Palette, index: number): string =>
  index < 0 ? palette.ink3 : (palette.series[index % palette.series.length] ?? palette.ink3);

export const motion = (environment: Environment): Option => ({
  animation: !environment.still,
  animationDuration: 250,
  animationDurationUpdate: 250,
  textStyle: { fontFamily: FONT },
});

export const tooltip = (environment: Environment): NonNullable<Option["tooltip"]> & object => ({
  confine: true,
  className: "tip",
  transitionDuration: 0,
  backgroundColor: environment.palette.surface,
  borderColor: environment.palette.line,
  borderWidth: 1,
  padding: [8, 10],
  textStyle: { color: environment.palette.ink, fontFamily: FONT, fontSize: 12.5 },
  extraCssText: "border-radius: 8px; box-shadow: 0 4px 14px rgb(16 24 40 / .14);",
});

export const AXIS_SIZE = 11.5;

export const axisText = (palette: Palette): { readonly color: string; readonly fontSize: number } => ({ color: palette.ink3, fontSize: AXIS_SIZE });

/** A text for a label's `rich` styles: braces and bars would be read as markup. */
export const plain = (text: string): string => text.replaceAll("{", "(").replaceAll("}", ")").replaceAll("|", "¦");

const channels = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/**
 * `share` of `color` over `ground`: a solid colour, because some PDF writers drop transparency. Names of the page's own
 * colours, `var(--…)`, which the browser alone knows, are left to it.
 */
export function mix(color: string, ground: string, share: number): string {
  if (!color.startsWith("#") || !ground.startsWith("#")) return `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, ${ground})`;
  const [top, under] = [channels(color), channels(ground)];
  return `#${top.map((one, at) => Math.round(one * share + (under[at] ?? 0) * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}

const STEPS = 7;

/** The seven steps of a sequential scale, from the surface to series 1; at most 44 % of it under dark text. */
export function scale(palette: Palette, strong = false): string[] {
  const [least, most] = strong ? [0.16, 1] : [0.04, 0.44];
  return Array.from({ length: STEPS }, (_, step) => mix(seriesColor(palette, 0), palette.surface, least + ((most - least) * step) / (STEPS - 1)));
}

/** The step, from 0 to 6, of a value between the two ends. */
export const stepOf = (value: number, low: number, high: number): number =>
  high === low ? 3 : Math.max(0, Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS)));
