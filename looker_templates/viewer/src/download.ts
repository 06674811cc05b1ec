// Files made in the browser: CSV of the numbers asked for, and a picture of a chart at twice its size.

import type { Context } from "./context";
import { labelOf } from "./context";
import { toCsv, type Twin } from "./views/twin";
import { toNumber, toText, type DataAnswer } from "./wire";

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const saveCsv = (twin: Twin, name: string): void => save(new Blob([toCsv(twin)], { type: "text/csv;charset=utf-8" }), name);

/** An answer as it came: every row, raw values, the labels of its fields as header. */
export function answerTwin(answer: DataAnswer, context: Context): Twin {
  const numeric = answer.schema.map(({ name }) => context.fields.get(name)?.semantics.conceptType === "METRIC");
  const raw = answer.rows.map(({ values }) =>
    answer.schema.map((_, index) => {
      const number = numeric[index] ? toNumber(values[index]) : null;
      return number ?? toText(values[index]);
    }),
  );
  return {
    columns: answer.schema.map(({ name }) => labelOf(context, name)),
    raw,
    rows: raw.map((row) => row.map((value) => String(value ?? ""))),
  };
}

const SCALE = 2;
const PAD = 18;
const HEAD = 22;
const KEYS = 26;

interface Picture {
  readonly svg: SVGSVGElement;
  readonly title: string;
  readonly subtitle: string;
  readonly foot: string;
  readonly keys: readonly PictureKey[];
}

export interface PictureKey {
  readonly text: string;
  readonly color: string;
}

/** Draws a chart with its title, keys and period on a canvas; no style or script is made on the way. */
export async function pictureOf({ svg, title, subtitle, foot, keys }: Picture): Promise<Blob | null> {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const box = svg.getBoundingClientRect();
  const top = PAD + HEAD + (subtitle ? HEAD - 2 : 4) + (keys.length > 0 ? KEYS : 0);
  const canvas = document.createElement("canvas");
  canvas.width = (box.width + 2 * PAD) * SCALE;
  canvas.height = (top + box.height + PAD + HEAD) * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = token("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const write = (text: string, x: number, y: number, font: string, color: string): number => {
    pen.font = `${font} InterVariable, "Noto Sans", "Noto Sans SC", system-ui, sans-serif`;
    pen.fillStyle = token(color);
    pen.fillText(text, x, y);
    return pen.measureText(text).width;
  };
  write(title, PAD, PAD + 14, "620 14px", "--ink");
  if (subtitle) write(subtitle, PAD, PAD + 34, "400 12.5px", "--ink-3");
  let x = PAD;
  for (const key of keys) {
    pen.fillStyle = key.color;
    pen.fillRect(x, top - 18, 10, 10);
    x += 16 + write(key.text, x + 16, top - 9, "400 12.5px", "--ink-2") + 18;
  }
  pen.drawImage(await imageOf(svg, box), PAD, top, box.width, box.height);
  write(foot, PAD, top + box.height + PAD + 4, "400 11.5px", "--ink-3");
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** A picture within a picture sees no fonts of the page: those that its text needs go into it. */
async function fontRules(text: string): Promise<string> {
  const wanted = FONTS.filter(([, , letters]) => letters.test(text));
  const rules = wanted.map(async ([name, range]) => {
    const bytes = new Uint8Array(await (await fetch(`/static/fonts/inter-${name}.woff2`)).arrayBuffer());
    const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return `@font-face{font-family:InterVariable;font-weight:100 900;src:url(data:font/woff2;base64,${btoa(binary)}) format("woff2");unicode-range:${range}}`;
  });
  return (await Promise.all(rules)).join("");
}

const FONTS: readonly (readonly [name: string, range: string, letters: RegExp])[] = [
  ["latin", "U+0000-00FF,U+2000-206F,U+20AC,U+2212", /[\u0020-\u00ff]/],
  ["latin-ext", "U+0100-02FF,U+1E00-1EFF", /[\u0100-\u02ff]/],
  ["greek", "U+0370-03FF", /[\u0370-\u03ff]/],
];

async function imageOf(svg: SVGSVGElement, box: DOMRect): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(box.width * SCALE));
  copy.setAttribute("height", String(box.height * SCALE));
  copy.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = await fontRules(svg.textContent ?? "");
  copy.prepend(style);
  const image = new Image();
  return new Promise((resolve, reject) => {
    image.addEventListener("load", () => resolve(image));
    image.addEventListener("error", () => reject(new Error("The picture could not be drawn.")));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  });
}
