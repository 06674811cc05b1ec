// A tooltip's content as DOM nodes: an HTML string would set style attributes, which the content security policy refuses.

import type { TipRow } from "../options/theme";

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

export function tip(title: string, rows: readonly TipRow[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip-body";
  if (title) box.append(cell("tip-title", title));
  const marked = rows.some((row) => row.color !== "none");
  for (const row of rows) {
    const line = document.createElement("div");
    line.className = "tip-row";
    if (marked) line.append(row.color === "none" ? cell("tip-blank", "") : mark(row));
    if (row.label) line.append(cell("tip-label", row.label));
    if (row.value) line.append(cell("tip-value", row.value));
    box.append(line);
  }
  return box;
}
