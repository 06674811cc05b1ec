// What the server has drawn stands before the page until the page's own first chart does.

import { afterFrame, firstShown } from "./taking_turns";

const LONGEST_MS = 1500;

/** Comes when the server's view is on the screen; at once where there is none. */
export const shownByServer = (): Promise<unknown> =>
  document.querySelector(".first-view") ? new Promise<void>((done) => afterFrame(done)) : Promise.resolve();

/** Takes the server's view away once the page has something of its own to show; `opened` tells whether that is a report. */
export async function showOwn(opened: Promise<boolean>): Promise<void> {
  const isReport = await opened;
  const view = document.querySelector(".first-view");
  if (view && isReport) await Promise.race([firstShown, new Promise((done) => setTimeout(done, LONGEST_MS))]);
  view?.remove();
}
