// Writes src/report.ts from ../report-1.schema.json, so that the viewer's types can never say
// something else than the Python models. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";

const schema = JSON.parse(readFileSync(new URL("../../report-1.schema.json", import.meta.url), "utf8"));
const target = new URL("../src/report.ts", import.meta.url);

const isNull = (node) => node.type === "null";

/** @returns {string} the TypeScript type of one schema node */
function type(node) {
  if (node.$ref) return node.$ref.split("/").pop();
  if ("const" in node) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((one) => JSON.stringify(one)).join(" | ");
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return [...new Set(choices.filter((one) => !isNull(one)).map(type))].join(" | ");
  if (node.type === "array") return `readonly (${type(node.items)}${node.items.anyOf?.some(isNull) ? " | null" : ""})[]`;
  if (node.type === "object") {
    const values = node.additionalProperties || Object.values(node.patternProperties)[0];
    return `{ readonly [key: string]: ${type(values)} }`;
  }
  if (node.type === "integer") return "number";
  return node.type;
}

/** A property may be absent only if its default is null: the server leaves nulls out and writes every other default. */
function property([name, node]) {
  const absent = "default" in node && node.default === null;
  return `  readonly ${name}${absent ? "?" : ""}: ${type(node)};`;
}

function declaration([name, node]) {
  const about = node.description ? `/** ${node.description.split("\n")[0]} */\n` : "";
  return `${about}export interface ${name} {\n${Object.entries(node.properties).map(property).join("\n")}\n}\n`;
}

const { $defs, ...root } = schema;
const text =
  "// Made by scripts/types.mjs from report-1.schema.json. Do not edit.\n\n" +
  [...Object.entries($defs), ["Report", root]].map(declaration).join("\n") +
  "\nexport type Item = Page[\"rows\"][number][\"items\"][number];\n" +
  "export type Control = Report[\"controls\"][number];\n" +
  "export type Text = Page[\"title\"];\n";

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/report.ts is not what report-1.schema.json says. Run: npm run types");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
