// What stands around the picture of an item, or in its place: for pages and mails that are made without a browser.

import type { Context } from "./context";
import { drawing, isCharted } from "./drawing";
import type { Item } from "./report";
import type { Drawing } from "./views/drawing";
import type { Answers } from "./views/frame";
import { healthSummary, healthTwin, healthView } from "./views/health";
import { kpiSummary, kpiView } from "./views/kpi";
import { pivotTwin, pivotView } from "./views/pivot";
import { tableSummary, tableTwin, tableView } from "./views/table";
import { trackerTwin, trackerView } from "./views/tracker";
import type { Twin } from "./views/twin";
import { say } from "./views/words";

export interface Description {
  readonly title: string;
  readonly summary: string;
  readonly empty: boolean;
  /** Whether `drawSvg` has a picture of it. */
  readonly chart: boolean;
  readonly note: string | null;
  readonly twin: Twin | null;
  /** Keys, scale, events and states of a chart; rows and cells of a table; the parts of a card. */
  readonly [more: string]: unknown;
}

export function describe(item: Item, answers: Answers, context: Context): Description {
  const { locale } = context;
  const none = { chart: false, note: null, empty: false, twin: null };
  if (isCharted(item)) return describeDrawing(drawing(item, answers, context));
  switch (item.type) {
    case "kpi": {
      const view = kpiView(item, answers, context);
      const status = view.goal?.status ? { ...view.goal.status, word: say(locale, view.goal.status.word) } : null;
      return { ...none, title: view.label, summary: kpiSummary(view, locale), empty: view.missing, view: { ...view, goal: view.goal && { text: view.goal.text, status } } };
    }
    case "table": {
      const view = tableView(item, answers, context, null);
      return { ...none, title: view.title, summary: tableSummary(view, locale), empty: view.empty, note: view.note, twin: tableTwin(view), view: spoken(view, locale) };
    }
    case "pivot": {
      const view = pivotView(item, answers, context);
      return { ...none, title: view.title, summary: view.title, empty: view.empty, note: view.note, twin: pivotTwin(view), view };
    }
    case "tracker": {
      const view = trackerView(item, answers, context);
      return { ...none, title: view.title, summary: view.title, empty: view.empty, twin: trackerTwin(view, locale), view: spoken(view, locale) };
    }
    case "health": {
      const view = healthView(item, answers, context);
      return { ...none, title: view.title, summary: healthSummary(view, locale), empty: view.score === null, twin: healthTwin(view, locale), view: spoken(view, locale) };
    }
    default: return { ...none, title: "", summary: "" };
  }
}

/** What stands around a chart that is drawn already. */
export function describeDrawing({ make: _make, pick: _pick, pickRow: _row, ...rest }: Drawing): Description {
  return { ...rest, chart: !rest.empty && rest.missing === null && rest.little === null };
}

/** Writes the words of statuses out: whoever reads the JSON has no phrases. */
const spoken = (view: object, locale: string): unknown =>
  JSON.parse(JSON.stringify(view), (key, value: unknown) => (key === "word" && typeof value === "string" ? say(locale, value as Parameters<typeof say>[1]) : value));
