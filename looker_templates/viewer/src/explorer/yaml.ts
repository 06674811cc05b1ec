// Writes the few shapes of an item as the YAML that a template holds; pure.

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain | undefined };

const SAFE = /^[A-Za-z_][A-Za-z0-9_ ]*$/;
const WORDS = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"]);

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return SAFE.test(value) && !value.endsWith(" ") && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value);
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

function inline(value: Plain): string {
  if (isList(value)) return `[${value.map(inline).join(", ")}]`;
  if (value !== null && typeof value === "object") return `{${Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [`${key}: ${inline(one)}`])).join(", ")}}`;
  return scalar(value);
}

const isEmpty = (value: Plain | undefined): boolean =>
  value === undefined || (typeof value === "object" && value !== null && (isList(value) ? value.length === 0 : Object.keys(value).length === 0));

/** Items as a list to paste under `items:`; what is empty is left out. */
export const asYaml = (items: readonly object[]): string =>
  items
    .map((item) => {
      const lines = Object.entries(item as { readonly [key: string]: Plain }).filter(([, value]) => !isEmpty(value)).map(([key, value]) => `${key}: ${inline(value)}`);
      return `- ${lines.join("\n  ")}\n`;
    })
    .join("");
