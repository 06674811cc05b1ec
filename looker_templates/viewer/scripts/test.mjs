// Bundles test/*.test.ts for node and runs them with node's own test runner. No DOM: what is tested is pure.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { outlines } from "./world.mjs";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), "viewer-test-"));
try {
  const types = spawnSync(process.execPath, [join(here, "scripts/types.mjs"), "--check"], { stdio: "inherit" });
  if (types.status !== 0) process.exit(1);
  await build({
    absWorkingDir: here,
    entryPoints: readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    define: { ROOT: JSON.stringify(join(here, "..", "..")), OUTLINES: JSON.stringify(outlines(here)), "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  const files = readdirSync(out).map((name) => join(out, name));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
