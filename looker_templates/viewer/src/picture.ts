// A chart as one SVG text: the engine's picture with the keys above it. Pure; the engine is given.

import type { Key, Scale } from "./legend";
import { AXIS_SIZE, FONT, mix, scale as steps, seriesColor, type Environment, type Option, type Palette } from "./options/theme";
import { textWidth } from "./options/widths";
import type { Drawing } from "./views/drawing";

const SIZE = 12;
const LINE = 20;
const GAP = 18;
const SAMPLE = 26;

interface Frame {
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly locale: string;
  readonly bare: boolean;
}

type Engine = (option: Option, size: { readonly width: number; readonly height: number }) => string;

export function picture(drawing: Drawing, frame: Frame, engine: Engine): string {
  const { palette, width, height, locale, bare } = frame;
  const keys = bare ? { text: "", height: 0 } : keysOf(drawing.keys, palette, width);
  const foot = bare || !drawing.scale ? { text: "", height: 0 } : scaleOf(drawing.scale, palette, height);
  const size = { width, height: Math.max(40, height - keys.height - foot.height) };
  const environment: Environment = { palette, ...size, locale, still: true, tip: noTip };
  const inner = attributes(engine(drawing.make(environment), size));
  const body = inner.slice(inner.indexOf(">", inner.indexOf("<svg")) + 1, inner.lastIndexOf("</svg>"));
  const title = `<title>${escape(drawing.summary)}</title>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">` +
    `${title}${keys.text}<g transform="translate(0 ${keys.height})">${body}</g>${foot.text}</svg>`
  );
}

const noTip = (): never => {
  throw new Error("A picture has no tooltips.");
};

/**
 * Writes the engine's inline styles as attributes, and leaves out its style sheet, which is for a pointer that hovers:
 * a strict content security policy refuses both.
 */
export const attributes = (svg: string): string =>
  svg.replace(/<style[^]*?<\/style>| class="zr[^"]*"/g, "").replace(/ style="([^"]*)"/g, (_, style: string) =>
    style
      .split(";")
      .map((one) => one.split(/:(.*)/s))
      .flatMap(([name, value]) => (name && value && /^(font-|fill|stroke|opacity)/.test(name.trim()) ? [` ${name.trim()}="${value.trim()}"`] : []))
      .join(""),
  );

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

interface Block {
  readonly text: string;
  readonly height: number;
}

function keysOf(keys: readonly Key[], palette: Palette, width: number): Block {
  let [x, y] = [0, 0];
  const parts = keys.map((key) => {
    const wide = SAMPLE + textWidth(key.name, SIZE);
    if (x > 0 && x + wide > width) [x, y] = [0, y + LINE];
    const part = `<g transform="translate(${Math.round(x)} ${y})">${sample(key, palette)}${label(SAMPLE, 14, key.name, palette.ink2, "start")}</g>`;
    x += wide + GAP;
    return part;
  });
  return { text: parts.join(""), height: keys.length > 0 ? y + LINE + 6 : 0 };
}

const label = (x: number, y: number, text: string, color: string, anchor: string): string =>
  `<text x="${x}" y="${y}" font-size="${SIZE}" font-family="${FONT}" fill="${color}" text-anchor="${anchor}">${escape(text)}</text>`;

const DASHES: { readonly [mark in Key["mark"]]?: string } = { previous: "4 3", forecast: "5 4", soFar: "0.5 4.5", reference: "2 3" };

function sample({ mark, color }: Key, palette: Palette): string {
  const fill = seriesColor(palette, color);
  if (mark === "box") return `<rect x="6" y="5" width="10" height="10" rx="3" fill="${fill}"/>`;
  if (mark === "tick") return `<rect x="9" y="3" width="3" height="14" fill="${fill}"/>`;
  if (mark === "good" || mark === "watch" || mark === "bad") return shape(mark, palette[mark]);
  if (mark === "open") return `<rect x="6" y="5" width="10" height="10" rx="2" fill="${mix(fill, palette.surface, 0.3)}" stroke="${fill}" stroke-dasharray="3 2"/>`;
  if (mark === "band") return `<rect x="0" y="5" width="20" height="10" rx="2" fill="${mix(fill, palette.surface, 0.16)}"/>`;
  if (mark === "dot") return `<circle cx="10" cy="10" r="4" fill="${palette.surface}" stroke="${fill}" stroke-width="2"/>`;
  const grey = mark === "previous" || mark === "reference";
  const stroke = grey ? palette.ink3 : mark === "goal" ? seriesColor(palette, 2) : fill;
  const wide = mark === "line" || mark === "forecast" ? 2.25 : mark === "soFar" ? 2 : 1.5;
  const dash = DASHES[mark] ? ` stroke-dasharray="${DASHES[mark]}"${mark === "soFar" ? ' stroke-linecap="round"' : ""}` : "";
  return `<line x1="0" x2="20" y1="10" y2="10" stroke="${stroke}" stroke-width="${wide}"${dash}/>`;
}

/** ● ◆ ■: a status is told by its shape too. */
function shape(mark: "good" | "watch" | "bad", fill: string): string {
  if (mark === "good") return `<circle cx="10" cy="10" r="5" fill="${fill}"/>`;
  return mark === "watch" ? `<path d="M10 4l6 6-6 6-6-6z" fill="${fill}"/>` : `<rect x="5" y="5" width="10" height="10" fill="${fill}"/>`;
}

/** Seven boxes, because gradients vanish in some PDF writers. */
function scaleOf(scale: Scale, palette: Palette, height: number): Block {
  const y = height - 14;
  const boxes = steps(palette, scale.strong).map((color, at) => `<rect x="${at * 18}" y="0" width="18" height="10" fill="${color}"/>`);
  const low = textWidth(scale.low, AXIS_SIZE) + 8;
  const text = `${label(0, 10, scale.low, palette.ink3, "start")}<g transform="translate(${Math.round(low)} 0)">${boxes.join("")}${label(7 * 18 + 8, 10, scale.high, palette.ink3, "start")}</g>`;
  return { text: `<g transform="translate(0 ${y})">${text}</g>`, height: 24 };
}
