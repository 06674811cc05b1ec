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

await build({
  absWorkingDir: here,
  entryPoints: { app: "src/main.tsx", explore: "src/explorer/main.tsx" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
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
copyFileSync(join(here, "src/index.html"), join(out, "index.html"));
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
  `app.js, explore.js, server.js and world.json contain these packages.\nThe typeface in fonts/ has its own licence beside it.\n\n${licences.join(`\n${"-".repeat(80)}\n\n`)}`,
);
