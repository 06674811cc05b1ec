// Widths of Inter's characters, so that labels fit where no browser is there to measure them.

// Advance widths of the characters from U+0020 to U+007E in thousandths of the font size; figures are tabular.
const ASCII = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 645, 645, 645, 645, 645, 645, 645, 645, 645,
  645, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765,
  644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242,
  549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
];
const OTHERS: { readonly [character: string]: number } = { "–": 500, "—": 1000, "·": 288, "…": 864, "×": 662, "−": 662, "€": 667, "£": 611, "\u00a0": 281, "\u202f": 200 };
// A little over the regular weight: figures and bold text are wider.
const SLACK = 1.04;
const FIRST_WIDE = 0x2e80;

/** Width of a text in pixels. */
export function textWidth(text: string, size: number): number {
  let thousandths = 0;
  for (const character of text) thousandths += widthOf(character);
  return (thousandths / 1000) * size * SLACK;
}

const sizeOf = (font: string | undefined): number => Number(/([\d.]+)px/.exec(font ?? "")?.[1] ?? 12);

/** How the chart engine measures texts: by this table everywhere, since a browser would measure another font while ours is on its way. */
export const measureText = (text: string, font?: string): { width: number } => ({ width: textWidth(text, sizeOf(font)) });

function widthOf(character: string): number {
  const known = ASCII[character.charCodeAt(0) - 32] ?? OTHERS[character];
  if (known !== undefined) return known;
  if ((character.codePointAt(0) ?? 0) > FIRST_WIDE) return 1000;
  // An accent adds no width; what is left is Greek or Cyrillic.
  const plain = ASCII[character.normalize("NFD").charCodeAt(0) - 32];
  return plain ?? (character === character.toLowerCase() ? 595 : 695);
}

/** Cuts a label in the middle, so that both ends stay readable; the full name is in the tooltip. */
export function middleCut(label: string, most: number, size: number): string {
  if (textWidth(label, size) <= most) return label;
  const letters = [...label];
  for (let keep = letters.length - 1; keep > 2; keep--) {
    const start = letters.slice(0, Math.ceil(keep / 2)).join("").trimEnd();
    const cut = `${start}…${letters.slice(letters.length - Math.floor(keep / 2)).join("").trimStart()}`;
    if (textWidth(cut, size) <= most) return cut;
  }
  return `${letters.slice(0, 2).join("")}…`;
}

/** Cuts a label at its end. */
export function endCut(label: string, most: number, size: number): string {
  if (textWidth(label, size) <= most) return label;
  const letters = [...label];
  for (let keep = letters.length - 1; keep > 1; keep--) {
    const cut = `${letters.slice(0, keep).join("").trimEnd()}…`;
    if (textWidth(cut, size) <= most) return cut;
  }
  return "…";
}
