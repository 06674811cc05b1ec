// Charts without a browser: the same drawing as on screen, as SVG text, for PDF, mail and pictures.
// Bundled for a plain V8 without DOM, canvas or timers; see ../README.md for what the JSON is.

import { init, registerMap, setPlatformAPI, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { fieldsOf } from "./formats";
import { ColorBook, type Context } from "./context";
import { describe as describeItem } from "./describe";
import { drawing, isCharted } from "./drawing";
import type { Palette } from "./options/theme";
import { measureText } from "./options/widths";
import "./parts";
import "./rare_parts";
import type { Item, Report } from "./report";
import type { PageState, Purpose } from "./requests";
import { picture } from "./picture";
import { sheetOf, type SheetJob } from "./sheet";
import { takeOutlines, type Outlines } from "./world";
import { answersOf } from "./views/answers";
import { Units } from "./units";
import type { DataAnswer, MetricUnit, SchemaField, Session } from "./wire";

interface Job {
  readonly report: Report;
  readonly item: Item;
  readonly answers: readonly { readonly purpose: Purpose; readonly answer: DataAnswer }[];
  readonly context: {
    readonly locale: string;
    readonly fields: readonly SchemaField[];
    readonly state: PageState;
    readonly today: string;
    /** The metrics of GET /v1/catalog/units, and the clients with their currencies, for rows that name their metric. */
    readonly units?: { readonly [id: string]: MetricUnit };
    readonly clients?: Session["clients"];
    readonly theme: Palette;
    readonly width: number;
    readonly height: number;
    /** The typeface of the texts; that of the screen if it is not given. */
    readonly font?: string;
    /** Leaves the keys out of the picture, for a page that writes them itself. */
    readonly bare?: boolean;
    /** Values in the order in which they took their colours: dimension → values. */
    readonly colors?: { readonly [dimension: string]: readonly string[] };
  };
}

/** The build puts the file of the countries here. */
declare const OUTLINES: Outlines;

use(SVGRenderer);
setPlatformAPI({ measureText });
takeOutlines(registerMap, OUTLINES);

function contextOf({ report, context }: Job): Context {
  const colors = new ColorBook(report);
  for (const [dimension, values] of Object.entries(context.colors ?? {})) colors.take(dimension, values);
  const fields = fieldsOf(report, [["", context.fields]]).all;
  return { report, locale: context.locale, fields, state: context.state, colors, today: context.today, units: new Units(context.units, context.clients) };
}

const FAMILY = /font-family="[^"]*"/g;

/** Draws one item; the text is `<svg …>…</svg>` with the keys in it. */
export function drawSvg(json: string): string {
  const job = JSON.parse(json) as Job;
  if (!isCharted(job.item)) throw new Error(`An item of type '${job.item.type}' is no picture.`);
  const made = drawing(job.item, answersOf(job.answers), contextOf(job));
  const { theme, width, height, font, bare, locale } = job.context;
  const svg = picture(made, { palette: theme, width, height, locale, bare: bare === true }, (option, size) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return text;
  });
  return font ? svg.replace(FAMILY, `font-family="${font.replaceAll('"', "'")}"`) : svg;
}

/** Tells what stands around the picture, as JSON: title, summary, note, keys, table twin, and the view of items that are no picture. */
export function describe(json: string): string {
  const job = JSON.parse(json) as Job;
  return JSON.stringify(describeItem(job.item, answersOf(job.answers), contextOf(job)));
}

/** Makes a whole report for paper or mail, as JSON: each item's texts, cells and picture, and the words around them. */
export function sheet(json: string): string {
  return JSON.stringify(sheetOf(JSON.parse(json) as SheetJob));
}
