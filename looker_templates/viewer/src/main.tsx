// Draws the viewer; the server has been asked by then.

import { render } from "preact";
import { App, open } from "./components/app";
import { isWhole, showOwn } from "./first_view";
import { scaleOnPaper } from "./print";

/** Charts take the size of their cards: they wait for the style. */
async function styled(): Promise<void> {
  const sheet = document.querySelector<HTMLLinkElement>("link[rel=stylesheet]");
  if (sheet && !sheet.sheet) await new Promise((done) => ["load", "error"].forEach((end) => sheet.addEventListener(end, done, { once: true })));
}

export async function show(): Promise<void> {
  await styled();
  if (!document.getElementById("app")) await isWhole();
  const root = document.getElementById("app");
  if (!root) return;
  render(<App />, root);
  scaleOnPaper();
  await showOwn(open());
}
