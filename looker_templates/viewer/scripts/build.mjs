// Builds the viewer into ../static. The same input gives the same bytes: no dates, no absolute paths.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { outlines } from "./world.mjs";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(here, "..", "static");
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

// Modules in parts: the names of parts change with their content, so browsers keep them for good.
const modules = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  entryNames: "parts/[name]-[hash]",
  chunkNames: "parts/[name]-[hash]",
  metafile: true,
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};
const local = (name) => name.slice(name.indexOf("static/"));
const outputsOf = ({ metafile }) => Object.fromEntries(Object.entries(metafile.outputs).map(([name, one]) => [local(name), one]));
const madeOf = (outputs, source) => Object.keys(outputs).find((name) => outputs[name].entryPoint === source);

// The chart engine apart from the page: built together, they would be cut into many small files.
const lots = ["src/engine.ts", "src/ring_parts.ts", "src/rare_parts.ts"];
const engine = outputsOf(await build({ ...modules, entryPoints: lots }));
const engineByName = {
  name: "engine by name",
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/(engine|ring_parts|rare_parts)$/ }, ({ path, kind }) =>
    kind === "dynamic-import" ? { path: `/${madeOf(engine, `src/${path.slice(2)}.ts`)}`, external: true } : undefined),
};
const page = outputsOf(await build({ ...modules, entryNames: "[name]", entryPoints: { app: "src/boot.ts", explore: "src/explorer/main.tsx" }, plugins: [engineByName] }));
const world = JSON.stringify(outlines(here));
writeFileSync(join(out, "world.json"), world);

// The same charts for a V8 without a browser: a script that leaves one global, `charts`.
await build({
  absWorkingDir: here,
  entryPoints: { server: "src/server.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "charts",
  target: ["chrome111"],
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"', OUTLINES: world },
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.css" },
  outdir: out,
  bundle: true,
  minify: true,
  external: ["*.woff2"],
  charset: "utf8",
  target: ["chrome111", "firefox113", "safari16.4"],
  logLevel: "warning",
});

const inter = join(here, "node_modules/@fontsource-variable/inter");
for (const subset of ["latin", "latin-ext", "greek"]) {
  copyFileSync(join(inter, `files/inter-${subset}-wght-normal.woff2`), join(out, `fonts/inter-${subset}.woff2`));
}
copyFileSync(join(inter, "LICENSE"), join(out, "fonts/LICENSE.txt"));
// What the page needs first is named in it, so that it is loaded side by side and not one after the other.
const needed = (outputs, name) => outputs[name].imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => local(path));
const engineFile = madeOf(engine, "src/engine.ts");
const mainFile = madeOf(page, "src/main.tsx");
const first = [...new Set([...needed(page, "static/app.js"), mainFile, ...needed(page, mainFile), ...needed(engine, engineFile), engineFile])];
const links = first.map((name) => `<link rel="modulepreload" href="/${name}">`).join("\n    ");
writeFileSync(join(out, "index.html"), readFileSync(join(here, "src/index.html"), "utf8").replace("<!-- parts -->", links));
copyFileSync(join(here, "src/icon.svg"), join(out, "icon.svg"));

const parts = ["echarts", "zrender", "preact", "@preact/signals", "@preact/signals-core", "tslib", "world-atlas"];
const licences = parts.map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = ["LICENSE", "LICENSE.txt", "NOTICE"].flatMap((file) => {
    try {
      return [readFileSync(join(folder, file), "utf8").trim()];
    } catch {
      return [];
    }
  });
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
});
writeFileSync(
  join(out, "licences.txt"),
  `app.js, explore.js, parts/, server.js and world.json contain these packages.\nThe typeface in fonts/ has its own licence beside it.\n\n${licences.join(`\n${"-".repeat(80)}\n\n`)}`,
);
