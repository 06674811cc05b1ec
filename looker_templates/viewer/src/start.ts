// Everything that must be known before the first card can be drawn.

import { getConfig, getSchema, getTemplate, whoAmI } from "./api";
import { Page } from "./page";
import type { ConfigOption, Session } from "./wire";

const TEMPLATE = "first-look";
const ALL_CLIENTS = "all_clients";

export async function start(onSignedOut: () => void): Promise<Page> {
  const session = await whoAmI();
  const workspace = session.workspace.slug;
  const report = await getTemplate(TEMPLATE);
  const dataset = Object.values(report.sources)[0]?.dataset ?? "";
  const [config, schema] = await Promise.all([getConfig({ workspace }), getSchema({ workspace, dataset })]);
  const clients = optionsOf(config.configParams?.find((one) => one.name === "client")?.options);
  return new Page({ report, session, clients, fields: schema.schema, zoneOf: zones(session) }, onSignedOut);
}

const optionsOf = (options: readonly ConfigOption[] | undefined): ConfigOption[] =>
  (options ?? []).filter((one) => one.value !== ALL_CLIENTS);

/** The reporting zone of a client, or the one zone that all clients share. */
function zones(session: Session): (client: string | null) => string | undefined {
  const clients = session.clients;
  return (client) => {
    if (client) return clients.find((one) => one.slug === client)?.timezone;
    const all = new Set(clients.map((one) => one.timezone));
    return all.size === 1 ? [...all][0] : undefined;
  };
}
