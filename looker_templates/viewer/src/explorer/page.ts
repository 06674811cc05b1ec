// The page behind the explorer: the viewer's own, with one dataset, every field of it, and the explorer's address.

import type { Choices } from "../address";
import { Page } from "../page";
import type { Report } from "../report";
import type { Session } from "../wire";
import { exploring, type Field, type Wish } from "./wish";

export class ExplorerPage extends Page {
  constructor(session: Session, readonly dataset: string, fields: readonly Field[], private readonly wished: () => Wish, onSignedOut: () => void) {
    const clients = session.clients.map((one) => ({ value: one.slug, label: one.name }));
    const zones = new Set(session.clients.map((one) => one.timezone));
    const zoneOf = (client: string | null): string | undefined =>
      client ? session.clients.find((one) => one.slug === client)?.timezone : zones.size === 1 ? [...zones][0] : undefined;
    super({ report: reportOf(dataset, fields), session, clients, zoneOf });
    this.onSignedOut = onSignedOut;
  }

  override addressOf(change: Partial<Choices>): string {
    return `${location.pathname}${exploring(this.wished(), { ...this.choices.value, ...change })}`;
  }
}

/** A report without an item: the explorer gives its items to the cards itself. */
const reportOf = (dataset: string, fields: readonly Field[]): Report => ({
  format: "report/1", id: "explorer", version: "1.0.0", title: "Explore", summary: "Explore", tier: "standard",
  audience: [], use_cases: [], tags: [], locales: ["en"],
  sources: { data: { dataset, required: fields.map((one) => one.id), optional: [] } },
  fields: {}, controls: [{ id: "period", type: "date_range", scope: "report", pages: [], default: "last_28_days" }], goals: {}, blends: [],
  theme: { preset: "clarity", density: "comfortable", tokens: {}, value_colors: {}, lock: false },
  pages: [{ id: "main", title: "Explore", rows: [{ height: "m", items: [leadingItem(fields)] }] }],
  print: { paper: "A4", orientation: "landscape", cover: false, pages: [] }, mail: { subject: "", kpis: [], charts: [], attach_pdf: false },
  looker: { differs: [], notes: {} }, checks: [], changes: [],
});

/** It speaks for the page where days with data are asked for; it is never drawn. */
const leadingItem = (fields: readonly Field[]): Report["pages"][number]["rows"][number]["items"][number] => ({
  id: "leading", type: "kpi", span: "auto", if_missing: "explain", source: "data", filters: [], keep: [],
  metrics: [fields.find((one) => one.is_metric && one.aggregation === "SUM")?.id ?? fields.find((one) => one.is_metric)?.id ?? ""], compare: false, direction: "neutral",
});
