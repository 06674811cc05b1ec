// The card of every chart that the engine draws: keys, plot, scale, notes, and the states without a plot.

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { JSX } from "preact";
import { getWorld, Problem } from "../api";
import { drawing, type Charted } from "../drawing";
import { engineFor, loadEngine, lotOf, retryEngine } from "../engines";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Table } from "../report";
import { column, toText } from "../wire";
import type { Drawing, Hit, Picked } from "../views/drawing";
import { inSentence, say } from "../views/words";
import { takeOutlines } from "../world";
import { Card, useEver, useItem } from "./card";
import { Chart } from "./chart";
import { DonutLegend } from "./donut_legend";
import { Events, Legend, ScaleKey } from "./legend";
import { Failed, Quiet, Skeleton } from "./states";

const world = signal<boolean | Problem>(false);
let asked = false;

/** Loads the outlines of the countries when the first map needs them; a problem if they did not come. */
function loadWorld(): void {
  if (asked) return;
  asked = true;
  world.value = false;
  Promise.all([loadEngine("geo"), getWorld()]).then(
    ([{ registerMap }, outlines]) => {
      takeOutlines(registerMap, outlines);
      world.value = true;
    },
    () => {
      asked = false;
      world.value = new Problem("", 0, "unreachable", null);
    },
  );
}

export function ChartCard({ page, item }: { readonly page: Page; readonly item: Charted }): JSX.Element {
  const shown = useItem(page, item);
  const { context, answers } = shown;
  const made = useMemo(() => (context ? drawing(item, answers, context) : null), [item, context, answers]);
  const ever = useEver(page, item, made?.missing != null);
  const drawable = made !== null && !made.empty && made.missing === null && made.little === null;
  const needsWorld = made?.world === true;
  useEffect(() => {
    if (needsWorld) loadWorld();
  }, [needsWorld]);
  const outlines = needsWorld ? world.value : true;
  const engine = engineFor(item.type);
  const lacking = [engine, outlines].find((one) => one instanceof Problem);
  const again = (): void => {
    retryEngine();
    if (needsWorld) loadWorld();
  };
  // Asked for with the answers, not after them.
  useEffect(() => void loadEngine(item.type).catch(() => undefined), [item.type]);
  const choose = choice(page, item);
  const pick = choose && made ? (hit: Hit) => choose(made.pick(hit)) : undefined;
  const pickRow = choose && made ? (row: number) => choose(made.pickRow(row)) : undefined;
  return (
    <Card
      page={page}
      item={item}
      shown={shown}
      twin={drawable ? made.twin : null}
      note={drawable ? made.note : null}
      legend={drawable && item.type !== "donut" && <Legend keys={made.keys} />}
      {...(pickRow ? { pick: pickRow } : {})}
    >
      {made && !drawable && <Nothing made={made} locale={page.locale} never={made.missing && ever.answers.main ? isNever(ever.answers.main, made.missing.field) : null} />}
      {drawable && lacking instanceof Problem && <Failed problem={lacking} retry={again} locale={page.locale} what={phrase(page.locale, "chartNotLoaded")} />}
      {drawable && outlines === false && <Skeleton type={item.type} />}
      {drawable && outlines === true && !lacking && <Plot made={made} item={item} locale={page.locale} pick={pick} />}
      {drawable && made.scale && <ScaleKey scale={made.scale} />}
      {drawable && <Events events={made.events} label={say(page.locale, "notes")} />}
    </Card>
  );
}

interface PlotProps {
  readonly made: Drawing;
  readonly item: Charted;
  readonly locale: string;
  readonly pick: ((hit: Hit) => void) | undefined;
}

function Plot({ made, item, locale, pick }: PlotProps): JSX.Element {
  const picks = pick ? { onPick: pick } : {};
  if (item.type === "donut") {
    return (
      <div class="donut">
        <Chart type={item.type} make={made.make} label={made.summary} locale={locale} class="donut-ring" {...picks} />
        <DonutLegend entries={made.entries ?? []} pick={pick && ((dataIndex) => pick({ dataIndex }))} />
      </div>
    );
  }
  // A chart that was there before the parts that its new type needs does not know them.
  const chart = <Chart key={lotOf(item.type)} type={item.type} make={made.make} label={made.summary} locale={locale} height={made.height} {...picks} />;
  if (made.height === null) return chart;
  return <div class="chart-scroll" tabIndex={0} role="group" aria-label={made.title}>{chart}</div>;
}

/** What a click does: down the drill while there is a level left, else a filter of the page. */
export function choice(page: Page, item: Charted | Table): ((picked: Picked | null) => void) | undefined {
  if (page.choices.value.present !== null) return undefined;
  const drill = "drill" in item ? item.drill : [];
  const depth = page.choices.value.drills[item.id]?.length ?? 0;
  if (depth < drill.length - 1) return (picked) => picked && page.drill(item.id, picked.value);
  if ("interact" in item && item.interact) return (picked) => picked && page.toggle(picked.dimension, picked.value);
  return undefined;
}

const isNever = (answer: Parameters<typeof column>[0], field: string): boolean =>
  answer.schema.some((one) => one.name === field) && column(answer, field).every((value) => toText(value) === null);

function Nothing({ made, locale, never }: { readonly made: Drawing; readonly locale: string; readonly never: boolean | null }): JSX.Element | null {
  if (made.little) return <Quiet title={say(locale, "tooLittle")}>{say(locale, "lacksPoints", made.little.needs, made.little.has)}</Quiet>;
  if (!made.missing) return <Quiet title={say(locale, "nothing")} />;
  if (never === null) return null;
  const name = inSentence(made.missing.label, locale);
  return never
    ? <Quiet title={say(locale, "never")}>{`${made.missing.label}. ${say(locale, "connect")}`}</Quiet>
    : <Quiet title={say(locale, "noneOf", name)}>{say(locale, "elsewhen")}</Quiet>;
}
