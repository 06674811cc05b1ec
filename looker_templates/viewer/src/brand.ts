// White label: the look of the client that the report shows, in place of ours. Only tokens, logo, names change.

import { signal } from "@preact/signals";
import type { Brand, Session } from "./wire";

/** Counts looks that have been put on: what was drawn with the colours of an older one is drawn again. */
export const look = signal(0);

export const brandOf = (session: Session, client: string | null): Brand | null =>
  (client === null ? null : session.brands?.[client]) ?? session.brand ?? null;

const SHEET = "brand";
const OWN_ICON = "/static/icon.svg";

/** Puts a brand on, and comes back once its colours hold. Without one the page has our own look. */
export async function wear(brand: Brand | null, keepsColours: boolean): Promise<void> {
  document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", brand ? (brand.logo ?? "data:,") : OWN_ICON);
  const old = document.getElementById(SHEET);
  const style = brand && !keepsColours ? brand.style : null;
  if (style === (old?.getAttribute("href") ?? null)) return;
  if (style !== null) await load(style);
  old?.remove();
  look.value += 1;
}

function load(style: string): Promise<void> {
  const sheet = document.createElement("link");
  sheet.id = SHEET;
  sheet.rel = "stylesheet";
  sheet.href = style;
  return new Promise((done) => {
    // A look that does not come leaves the page as it was; the numbers matter more.
    sheet.onload = sheet.onerror = () => done();
    document.head.append(sheet);
  });
}
