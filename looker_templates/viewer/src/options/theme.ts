// What an option needs besides the data: colours, the size of the plot, and how a tooltip is made.

import type { EChartsOption } from "echarts";

export interface Palette {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly line2: string;
  readonly surface: string;
  readonly series: readonly string[];
}

export interface TipRow {
  readonly label: string;
  readonly value: string;
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

export const FONT = 'InterVariable, "Noto Sans", "Noto Sans SC", system-ui, sans-serif';

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

// Average advance widths of Inter in units of the font size; exact ones would need a browser.
const WIDE = /[A-ZÀ-ÞΑ-Ωmw%@]/;
const NARROW = /[ iljtfrI.,:;'|!()\[\]-]/;

export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += character.codePointAt(0)! > 0x2e80 ? 1 : WIDE.test(character) ? 0.74 : NARROW.test(character) ? 0.36 : 0.59;
  return units * size;
}

/** Cuts a label in the middle, so that both ends stay readable; the full name is in the tooltip. */
export function middleCut(label: string, most: number, size: number): string {
  if (textWidth(label, size) <= most) return label;
  for (let keep = label.length - 1; keep > 2; keep--) {
    const cut = `${label.slice(0, Math.ceil(keep / 2)).trimEnd()}…${label.slice(label.length - Math.floor(keep / 2)).trimStart()}`;
    if (textWidth(cut, size) <= most) return cut;
  }
  return `${label.slice(0, 2)}…`;
}
