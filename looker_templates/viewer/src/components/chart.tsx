// Draws an option with ECharts as SVG, and draws it again when the size or the colour scheme changes.

import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import type { OptionMaker, Palette, TipRow } from "../options/theme";

use([BarChart, LineChart, PieChart, GridComponent, TitleComponent, TooltipComponent, SVGRenderer]);

const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const scheme = signal(dark.matches);
dark.addEventListener("change", () => (scheme.value = dark.matches));

function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"),
    ink2: read("--ink-2"),
    ink3: read("--ink-3"),
    line: read("--line"),
    line2: read("--line-2"),
    surface: read("--surface"),
    series: Array.from({ length: 8 }, (_, index) => read(`--series-${index + 1}`)),
  };
}

const SVG = "http://www.w3.org/2000/svg";

function mark(row: TipRow): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", "14");
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  const attributes = { x1: "0", x2: "14", y1: "5", y2: "5", stroke: row.color, "stroke-width": row.dashed ? "1.5" : "4", "stroke-dasharray": row.dashed ? "4 3" : "none" };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

function cell(className: string, text: string): HTMLElement {
  const node = document.createElement("span");
  node.className = className;
  node.textContent = text;
  return node;
}

/** The tooltip's content as DOM nodes. */
function tip(title: string, rows: readonly TipRow[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip-body";
  if (title) box.append(cell("tip-title", title));
  for (const row of rows) {
    const line = document.createElement("div");
    line.className = "tip-row";
    line.append(mark(row), cell("tip-label", row.label), cell("tip-value", row.value));
    box.append(line);
  }
  return box;
}

interface Props {
  readonly make: OptionMaker;
  readonly label: string;
  readonly locale: string;
  readonly class?: string;
  readonly decorative?: boolean;
  readonly onPick?: (index: number) => void;
}

export function Chart({ make, label, locale, class: className = "", decorative = false, onPick }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const draw = useRef<() => void>(() => undefined);
  const isDark = scheme.value;

  draw.current = () => {
    const node = box.current;
    if (!node || !chart.current || node.clientWidth === 0 || node.clientHeight === 0) return;
    const environment = { palette: palette(), width: node.clientWidth, height: node.clientHeight, locale, still: still.matches, tip };
    chart.current.setOption(make(environment), { notMerge: false, replaceMerge: ["series"] });
  };

  useEffect(() => {
    const node = box.current;
    if (!node) return undefined;
    const made = init(node, null, { renderer: "svg", width: node.clientWidth || 100, height: node.clientHeight || 40 });
    chart.current = made;
    const watch = new ResizeObserver(() => {
      made.resize({ width: node.clientWidth, height: node.clientHeight });
      draw.current();
    });
    watch.observe(node);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => draw.current(), [make, isDark]);
  useEffect(() => {
    const made = chart.current;
    if (!made || !onPick) return undefined;
    const pick = (event: { dataIndex: number }): void => onPick(event.dataIndex);
    made.on("click", pick as (event: unknown) => void);
    return () => made.off("click", pick as (event: unknown) => void);
  }, [onPick]);

  const naming = decorative ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": label };
  return <div ref={box} class={`chart ${onPick ? "chart-picks" : ""} ${className}`} {...naming} />;
}
