// A report on paper: every item of its pages as texts, cells and pictures, made by the views of the screen. Pure.
// Numbers and dates are written here, so that paper and mail say what the screen says, in every locale.

import { init } from "echarts/core";
import { pageNamed } from "./choosing";
import { fieldsOf } from "./formats";
import { ColorBook, labelOf, textOf, valueText, type Context } from "./context";
import { cardDay, earlierRange, rangeText } from "./dates";
import { describe, describeDrawing } from "./describe";
import { drawing, isCharted, type Charted } from "./drawing";
import { factsView } from "./facts";
import { formatNumber, kindOf } from "./numbers";
import { sparklineOption } from "./options/sparkline";
import type { Palette } from "./options/theme";
import { phrase } from "./phrases";
import { attributes, picture } from "./picture";
import { parseMarkdown, type Block } from "./markdown";
import type { Item, Report } from "./report";
import type { Ask, PageState, Purpose } from "./requests";
import { controlTexts } from "./sheet_controls";
import { paperWords } from "./sheet_words";
import { answersOf } from "./views/answers";
import type { Drawing } from "./views/drawing";
import { kpiView } from "./views/kpi";
import { inSentence, say } from "./views/words";
import { Units } from "./units";
import type { CommentaryEntry, DataAnswer, MetricUnit, SchemaField, Session } from "./wire";

export interface SheetJob {
  readonly report: Report;
  readonly locale: string;
  /** The fields of each dataset that the report asks. */
  readonly schemas: readonly (readonly [dataset: string, fields: readonly SchemaField[]])[];
  /** The metrics of GET /v1/catalog/units, and the clients with their currencies. */
  readonly units?: { readonly [id: string]: MetricUnit };
  readonly clients?: Session["clients"];
  readonly state: PageState;
  readonly today: string;
  readonly theme: Palette;
  readonly font: string;
  /** The chosen client's name; null for all. */
  readonly client: string | null;
  /** What only a page on the screen says: whose report it is, which page stands there, what a share link fixes. */
  readonly screen?: { readonly workspace: string; readonly page: string; readonly held: readonly string[] };
  readonly compared: boolean;
  readonly zone: string | null;
  readonly dataUntil: string | null;
  /** The day on which the month was closed whose numbers these are. */
  readonly asReported?: string | null;
  /** Items in reading order; those with a size are drawn. */
  readonly items: readonly Wanted[];
}

interface Wanted {
  readonly id: string;
  readonly answers: readonly { readonly purpose: Purpose; readonly answer: DataAnswer }[];
  readonly width: number;
  readonly height: number;
  /** Leaves keys out of the picture where the page writes them itself. */
  readonly bare: boolean;
  /** The height is that of all that stands in the card below its names: what stands around the picture takes its part. */
  readonly whole?: boolean;
  readonly comments: readonly CommentaryEntry[];
}

export function sheetOf(job: SheetJob): object {
  const context: Context = {
    report: job.report, locale: job.locale, fields: fieldsOf(job.report, job.schemas).all, state: job.state,
    colors: new ColorBook(job.report), today: job.today, units: new Units(job.units, job.clients),
  };
  const known = new Map(job.report.pages.flatMap((page) => page.rows.flatMap((row) => row.items)).map((item) => [item.id, item]));
  const items = job.items.flatMap((wanted) => {
    const item = known.get(wanted.id);
    return item ? [{ ...namesOf(item, context), ...(inTrouble(() => partOf(item, wanted, job, context))) }] : [];
  });
  return { items, words: wordsOf(job, context) };
}

/** One item that cannot be drawn must not take the others with it. */
function inTrouble(make: () => object): object {
  try {
    return make();
  } catch (error) {
    return { problem: String(error) };
  }
}

const namesOf = (item: Item, context: Context): object => ({
  id: item.id, type: item.type, name: textOf(item.title, context.locale), subtitle: textOf(item.subtitle, context.locale), ownNote: textOf(item.note, context.locale),
});

function partOf(item: Item, wanted: Wanted, job: SheetJob, context: Context): object {
  const { locale } = context;
  if (item.type === "text") return { blocks: parseMarkdown(textOf(item.text, locale)) };
  if (item.type === "commentary") return commentaryOf(item, wanted, context);
  const answers = answersOf(wanted.answers);
  if (isCharted(item)) {
    const made = drawing(item, answers, context);
    return { ...describeDrawing(made), twin: null, ...plotOf(item, made, wanted, job, context) };
  }
  const told = describe(item, answers, context);
  if (item.type === "kpi") {
    const { spark } = kpiView(item, answers, context);
    return { ...told, spark: spark && wanted.width > 0 ? sparkline(spark, wanted, job) : null, noGoal: say(locale, "noGoal"), nothing: say(locale, "nothing") };
  }
  return { ...told, words: tableWords(locale) };
}

const tableWords = (locale: string): object => ({
  nothing: say(locale, "nothing"), all: say(locale, "all"), metric: say(locale, "metric"), change: say(locale, "change"), goal: say(locale, "goal"), status: say(locale, "status"),
  part: say(locale, "part"), value: say(locale, "value"), weight: say(locale, "weight"), contribution: say(locale, "contribution"), outOf: say(locale, "outOf", 100), lost: say(locale, "notAvailable"),
});

function commentaryOf(item: Extract<Item, { type: "commentary" }>, wanted: Wanted, context: Context): object {
  const { locale } = context;
  const asks = wanted.answers.map(({ purpose }) => ({ purpose }) as Ask);
  const facts = factsView(item, asks, wanted.answers.map(({ answer }) => answer), wanted.comments[0], context);
  const entries = wanted.comments.map((entry) => ({
    blocks: parseMarkdown(entry.text) as readonly Block[], author: entry.author, written: dayOf(entry.written_at, locale),
  }));
  const goals = facts.map((fact) => (fact.goal === "none" ? say(locale, "noGoal") : fact.goal ? say(locale, "goalValue", fact.goal.text) : null));
  const versus = facts.map((fact) => (fact.before === null ? null : say(locale, "versus", fact.before)));
  return {
    entries, placeholder: textOf(item.placeholder, locale), empty: entries.length === 0,
    facts: facts.map((fact, at) => ({ ...fact, goal: goals[at], status: typeof fact.goal === "object" ? (fact.goal?.status ?? null) : null, versus: versus[at] })),
    nothing: phrase(locale, "noComment"),
  };
}

const dayOf = (moment: string, locale: string): string => (/^\d{4}-\d\d-\d\d/.test(moment) ? cardDay(moment.slice(0, 10), locale) : "");

function plotOf(item: Charted, made: Drawing, wanted: Wanted, job: SheetJob, context: Context): object {
  const { locale } = context;
  if (made.little) return { svg: null, nothing: `${say(locale, "tooLittle")}. ${say(locale, "lacksPoints", made.little.needs, made.little.has)}` };
  if (made.missing) return { svg: null, nothing: say(locale, "noneOf", inSentence(made.missing.label, locale)) };
  if (made.empty || wanted.width === 0) return { svg: null, nothing: say(locale, "nothing") };
  // Many bars may take more room than the row gives, as far as a sheet can hold them.
  const least = item.type === "heatmap" ? 60 + 15 * new Set(made.twin.raw.map(([first]) => first)).size : item.type === "scatter" ? wanted.height * 1.2 : Math.min(made.height ?? 0, wanted.height * 1.2);
  const around = wanted.whole ? heightAround(item, made, context) : 0;
  const size = { width: wanted.width, height: around > 0 ? wanted.height - around : Math.max(wanted.height, Math.min(least, 420)) };
  return { svg: named(picture(made, { palette: job.theme, ...size, locale, bare: wanted.bare }, engine), job.font) };
}

/** What subtitle, notes and the list of events take of a card on the screen, in pixels; see app.css. */
const heightAround = (item: Charted, made: Drawing, { locale }: Context): number =>
  18 * [textOf(item.subtitle, locale), textOf(item.note, locale), made.note].filter(Boolean).length + (made.events.length > 0 ? 46 : 0);

type Engine = Parameters<typeof picture>[2];

const engine: Engine = (option, size) => {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption(option);
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
};

function sparkline(points: Parameters<typeof sparklineOption>[0], wanted: Wanted, job: SheetJob): string {
  const size = { width: wanted.width, height: wanted.height };
  const noTip = (): never => {
    throw new Error("A picture has no tooltips.");
  };
  return attributes(engine(sparklineOption(points, { palette: job.theme, ...size, locale: job.locale, still: true, tip: noTip }), size));
}

const named = (svg: string, font: string): string => svg.replace(/font-family="[^"]*"/g, `font-family="${font.replaceAll('"', "'")}"`);

/** What stands around the items: period, choices, dates, pages. */
function wordsOf(job: SheetJob, context: Context): object {
  const { locale, state } = context;
  const range = { start: state.start, end: state.end };
  const words = paperWords(locale);
  const before = rangeText(earlierRange(range, state.compare), locale);
  const named = (dimension: string): string => labelOf(context, dimension);
  const number = (dimension: string, value: number): string => formatNumber(value, kindOf(context.fields.get(dimension)), "table", locale);
  const choices = [
    ...Object.entries(state.filters).map(([name, values]) => [named(name), values.map((value) => valueText(context, name, value)).join(", ")]),
    ...Object.entries(state.searches ?? {}).map(([name, text]) => [named(name), phrase(locale, "contains", { text })]),
    ...Object.entries(state.ranges ?? {}).map(([name, [low, high]]) => [named(name), phrase(locale, "between", { low: number(name, low), high: number(name, high) })]),
  ];
  return {
    title: textOf(job.report.title, locale),
    summary: textOf(job.report.summary, locale),
    client: job.client ?? phrase(locale, "allClients"),
    period: rangeText(range, locale),
    choices: [
      [phrase(locale, "period"), rangeText(range, locale)],
      ...(job.asReported ? [[phrase(locale, "asReported", { day: cardDay(job.asReported, locale) }), ""]] : []),
      ...(job.compared ? [[phrase(locale, "compareWith"), before]] : []),
      [phrase(locale, "client"), job.client ?? phrase(locale, "allClients")],
      ...choices,
    ],
    dataUntil: job.dataUntil ? phrase(locale, "dataUntil", { day: cardDay(job.dataUntil, locale) }) : "",
    zone: job.zone ? phrase(locale, "daysIn", { zone: job.zone.replaceAll("_", " ") }) : phrase(locale, "daysInOwn"),
    exclusions: textOf(job.report.exclusions, locale),
    pages: Object.fromEntries(job.report.pages.map((page) => [page.id, textOf(page.title, locale)])),
    rows: job.report.pages.map((page) => page.rows.map((row) => textOf(row.title, locale))),
    notInData: phrase(locale, "notInData"),
    notLoaded: phrase(locale, "chartNotLoaded"),
    subject: textOf(job.report.mail.subject, locale),
    ...words,
    ...(job.screen ? screenWords(job, job.screen, context) : {}),
  };
}

function screenWords(job: SheetJob, { workspace, page, held }: NonNullable<SheetJob["screen"]>, context: Context): object {
  const { report, locale, client } = job;
  const clients = job.clients?.length ?? 0;
  const all = clients > 1 ? `${workspace}, ${phrase(locale, "clientsCount", { count: clients })}` : workspace;
  const controls = controlTexts({ page: pageNamed(report, page), client, clients, held }, context);
  return { whose: client ?? all, demo: phrase(locale, "demo"), filters: phrase(locale, "filters"), controls, controlBar: phrase(locale, "controls"), tabs: phrase(locale, "pages") };
}
