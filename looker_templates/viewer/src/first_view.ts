// What the server has drawn stands over the page until the page's own first chart does.

import { afterFrame, firstShown } from "./taking_turns";

const LATEST_MS = 250;
const LONGEST_MS = 1500;

/** The document comes in two pieces: its head at once, the server's view when it is drawn. */
export const isWhole = (): Promise<unknown> =>
  document.readyState === "loading" ? new Promise((done) => addEventListener("DOMContentLoaded", done, { once: true })) : Promise.resolve();

const wait = (milliseconds: number): Promise<unknown> => new Promise((done) => setTimeout(done, milliseconds));

/** Comes when the server's view is on the screen, when there is none, or when it is so late that the page begins without it. */
export async function serversTurn(): Promise<void> {
  await Promise.race([isWhole(), wait(LATEST_MS - performance.now())]);
  if (document.querySelector(".first-view")) await new Promise<void>((done) => afterFrame(done));
}

/** Takes the server's view away once the page has something of its own to show; `opened` tells whether that is a report. */
export async function showOwn(opened: Promise<boolean>): Promise<void> {
  if (await opened) await Promise.race([firstShown, wait(LONGEST_MS)]);
  await isWhole();
  document.querySelector(".first-view")?.remove();
}
