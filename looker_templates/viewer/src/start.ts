// Everything that must be known before the first card can be drawn.

import { getTemplate, whoAmI } from "./api";
import { wear } from "./brand";
import { Page } from "./page";
import type { Report } from "./report";
import type { Session } from "./wire";

const DEFAULT_REPORT = "first-look";

/** `/r/<id>` names a report; `/` is the first look. */
export const reportIn = (path: string): string => /^\/r\/([^/]+)\/?$/.exec(path)?.[1] ?? DEFAULT_REPORT;

/** `/s/<token>` is a report behind a link: which one, only the server knows. */
export const isShared = (path: string): boolean => path.startsWith("/s/");

async function shared(): Promise<[Session, Report]> {
  const session = await whoAmI();
  return [session, await getTemplate(session.share?.report ?? "")];
}

export async function start(onSignedOut: () => void): Promise<Page> {
  const [session, report] = isShared(location.pathname) ? await shared() : await Promise.all([whoAmI(), getTemplate(decodeURIComponent(reportIn(location.pathname)))]);
  const clients = session.clients.map((one) => ({ value: one.slug, label: one.name }));
  const page = new Page({ report, session, clients, zoneOf: zones(session) }, onSignedOut);
  page.prefetch();
  // Before anything is drawn, so that no other look is seen first.
  await wear(page.brand, report.theme.lock);
  await page.start();
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
