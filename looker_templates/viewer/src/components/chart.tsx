// Draws an option with ECharts as SVG, and draws it again when the size or the colour scheme changes.

import type { EChartsType } from "echarts/core";
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import type { OptionMaker, Palette } from "../options/theme";
import { look } from "../brand";
import { Problem } from "../api";
import { engineFor, loadEngine } from "../engines";
import type { Item } from "../report";
import type { Hit } from "../views/drawing";
import { leaveTurn, takeTurn } from "../taking_turns";
import { Skeleton } from "./states";
import { tip } from "./tip";

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
    accent: read("--accent"),
    good: read("--good"),
    watch: read("--watch"),
    bad: read("--bad"),
    series: Array.from({ length: 8 }, (_, index) => read(`--series-${index + 1}`)),
  };
}

interface Props {
  readonly type: Item["type"];
  readonly make: OptionMaker;
  readonly label: string;
  readonly locale: string;
  readonly class?: string;
  readonly decorative?: boolean;
  /** A plot that needs more room than its card gives, in pixels: the card's body scrolls then. */
  readonly height?: number | null;
  readonly onPick?: (hit: Hit) => void;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const sizeOf = ({ clientWidth, clientHeight }: Element): Size => ({ width: clientWidth, height: clientHeight });

/** The engine's event without its engine. */
const plain = ({ dataIndex, seriesIndex, seriesId, name, data }: Hit): Hit => ({
  dataIndex, data, ...(seriesIndex === undefined ? {} : { seriesIndex }), ...(seriesId === undefined ? {} : { seriesId }), ...(name === undefined ? {} : { name }),
});

export function Chart({ type, make, label, locale, class: className = "", decorative = false, height = null, onPick }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const draw = useRef<() => void>(() => undefined);
  const picked = useRef(onPick);
  const isDark = scheme.value;
  const worn = look.value;
  const engine = engineFor(type);
  const ready = useRef(false);
  const room = useRef<Size | null>(null);

  picked.current = onPick;
  // Without the engine there is no turn to take: the first one is the first chart's.
  ready.current = engine !== null && !(engine instanceof Problem);
  const wish = (): void => {
    if (ready.current) takeTurn(draw, () => draw.current());
  };
  draw.current = () => {
    const node = box.current;
    if (!node || !engine || engine instanceof Problem) return;
    // Asked of the page itself, the size would make it lay everything out again for each chart.
    const size = room.current ?? sizeOf(node);
    if (size.width === 0 || size.height === 0) return;
    if (chart.current === null) {
      chart.current = engine.init(node, null, { renderer: "svg", ...size });
      chart.current.on("click", ((hit: Hit) => picked.current?.(plain(hit))) as (event: unknown) => void);
    } else if (chart.current.getWidth() !== size.width || chart.current.getHeight() !== size.height) {
      chart.current.resize(size);
    }
    const environment = { palette: palette(), ...size, locale, still: still.matches, tip };
    chart.current.setOption(make(environment), { notMerge: false, replaceMerge: ["series", "xAxis", "yAxis"] });
    node.dataset["drawn"] = "";
  };

  useEffect(() => {
    const node = box.current;
    if (!node) return undefined;
    const watch = new ResizeObserver(() => {
      const now = sizeOf(node);
      if (now.width === room.current?.width && now.height === room.current.height) return;
      room.current = now;
      wish();
    });
    watch.observe(node);
    return () => {
      watch.disconnect();
      leaveTurn(draw);
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    // Set through the object model: a style attribute would break the content security policy.
    if (box.current) box.current.style.minHeight = height === null ? "" : `${height}px`;
  }, [height]);
  useEffect(() => void loadEngine(type).catch(() => undefined), [type]);
  // Before the next frame, not after it: a first chart need not wait for an empty card to be shown.
  useLayoutEffect(() => {
    if (box.current) delete box.current.dataset["drawn"];
    wish();
  }, [make, isDark, worn, engine]);

  const naming = decorative ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": label };
  return (
    <div ref={box} class={`chart ${onPick ? "chart-picks" : ""} ${className}`} {...naming}>
      {engine === null && !decorative && <Skeleton type={type} />}
    </div>
  );
}
