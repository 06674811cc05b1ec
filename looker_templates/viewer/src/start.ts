// Everything that must be known before the first card can be drawn.

import { getTemplate, whoAmI } from "./api";
import { wear } from "./brand";
import { loadEngine } from "./engines";
import { Page } from "./page";
import type { Report } from "./report";
import type { Session } from "./wire";

const DEFAULT_REPORT = "first-look";

/** `/r/<id>` names a report; `/` is the first look. */
export const reportIn = (path: string): string => /^\/r\/([^/]+)\/?$/.exec(path)?.[1] ?? DEFAULT_REPORT;

/** `/s/<token>` is a report behind a link: which one, only the server knows. */
export const isShared = (path: string): boolean => path.startsWith("/s/");

const named = (report: string): Promise<[Session, Report]> => Promise.all([whoAmI(report), getTemplate(report)]);

async function shared(): Promise<[Session, Report]> {
  const session = await whoAmI();
  return [session, await getTemplate(session.share?.report ?? "")];
}

/** Asks in the order in which cards need the answers: what there is, the fields, the numbers. */
export async function start(): Promise<Page> {
  const [session, report] = isShared(location.pathname) ? await shared() : await named(decodeURIComponent(reportIn(location.pathname)));
  const clients = session.clients.map((one) => ({ value: one.slug, label: one.name }));
  const page = new Page({ report, session, clients, zoneOf: zones(session) });
  const fields = page.start();
  page.prefetch();
  // Read while the answers are on their way, not before they are asked for.
  void loadEngine("kpi").catch(() => undefined);
  // Before anything is drawn, so that no other look is seen first.
  await Promise.all([wear(page.brand, report.theme.lock), fields]);
  return page;
}

let begun: Promise<Page> | null = null;

/** Starts before the charts' own code is there, which takes the longest to come and to be read. */
export function begin(): void {
  begun = start();
  // Whoever takes it over tells what went wrong.
  begun.catch(() => undefined);
}

/** The page that has begun, once; a new one after that. */
export function started(): Promise<Page> {
  const page = begun ?? start();
  begun = null;
  return page;
}

/** The reporting zone of a client, or the one zone that all clients share. */
function zones(session: Session): (client: string | null) => string | undefined {
  const clients = session.clients;
  return (client) => {
    if (client) return clients.find((one) => one.slug === client)?.timezone;
    const all = new Set(clients.map((one) => one.timezone));
    return all.size === 1 ? [...all][0] : undefined;
  };
}
