// A KPI card: label, value, change, sparkline, goal.

import { useMemo, useState } from "preact/hooks";
import type { JSX } from "preact";
import { labelOf, textOf } from "../context";
import { NO_VALUE } from "../numbers";
import { sparklineOption } from "../options/sparkline";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Kpi } from "../report";
import { rowsOf } from "../views/frame";
import { kpiView, type KpiView } from "../views/kpi";
import { say } from "../views/words";
import { isBusy, RefreshBar, useEver, useItem } from "./card";
import { CardMenu } from "./card_menu";
import { Chart } from "./chart";
import { Pill, StatusWord } from "./marks";
import { NoteCount } from "./notes";
import { Failed, Skeleton } from "./states";

export function KpiCard({ page, item }: { readonly page: Page; readonly item: Kpi }): JSX.Element {
  const shown = useItem(page, item);
  const view = useMemo(() => (shown.context ? kpiView(item, shown.answers, shown.context) : null), [item, shown.context, shown.answers]);
  const ever = useEver(page, item, view?.missing === true);
  const metric = item.metrics[0] ?? "";
  const label = textOf(item.title, page.locale) || labelOf(page.context.value, metric);
  const never = ever.answers.main ? rowsOf(ever.answers.main)[0]?.number(metric) == null : null;
  return (
    <section class={`card card-kpi ${item.sparkline ? "" : "kpi-plain"}`} id={item.id} aria-labelledby={`${item.id}-title`} aria-busy={isBusy(shown.phase)} data-phase={shown.phase}>
      <RefreshBar phase={shown.phase} />
      <div class="kpi-head">
        <h2 class="kpi-label" id={`${item.id}-title`}>
          {label}
        </h2>
        <NoteCount page={page} item={item} />
        <CardMenu page={page} item={item} title={label} shown={shown} twin={null} card={NO_PICTURE} />
        <Help id={item.id} label={label} locale={page.locale} text={page.context.value.fields.get(metric)?.description} />
      </div>
      {shown.phase === "failed" && shown.problem ? (
        <Failed problem={shown.problem} retry={shown.retry} locale={page.locale} />
      ) : view === null ? (
        <Skeleton type="kpi" />
      ) : (
        <div class={`kpi-body ${shown.phase === "refreshing" ? "refreshing" : ""}`}>
          {view.missing ? <Missing never={never} locale={page.locale} /> : <Known view={view} locale={page.locale} goals={page.can("edit") ? `/console/goals?metric=${metric}` : null} />}
        </div>
      )}
    </section>
  );
}

/** A sparkline is no picture to take away. */
const NO_PICTURE = { current: null };

/** The metric's definition, from the catalogue; closed by Escape and by going elsewhere. */
function Help({ id, label, locale, text }: { readonly id: string; readonly label: string; readonly locale: string; readonly text: string | undefined }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (!text) return null;
  return (
    <>
      <button
        type="button"
        class="help"
        aria-expanded={open}
        aria-controls={`${id}-help`}
        aria-label={say(locale, "whatIs", label)}
        onClick={() => setOpen(!open)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      >
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round">
          <circle cx="7" cy="7" r="5.9" />
          <path d="M5.4 5.5a1.65 1.65 0 1 1 2.2 1.56c-.4.15-.6.4-.6.84M7 9.9v.1" />
        </svg>
      </button>
      <p class="help-text" id={`${id}-help`} role="note" hidden={!open}>
        {text}
      </p>
    </>
  );
}

function Missing({ never, locale }: { readonly never: boolean | null; readonly locale: string }): JSX.Element {
  return (
    <>
      <p class="kpi-value kpi-none">{NO_VALUE}</p>
      <p class="kpi-missing">{never === null ? "" : say(locale, never ? "never" : "nothing")}</p>
    </>
  );
}

/** `goals` is where an editor sets a goal that is missing. */
function Known({ view, locale, goals }: { readonly view: KpiView; readonly locale: string; readonly goals: string | null }): JSX.Element {
  const make = useMemo(() => {
    const spark = view.spark;
    return spark ? (environment: Parameters<typeof sparklineOption>[1]) => sparklineOption(spark, environment) : null;
  }, [view.spark]);
  return (
    <>
      <p class={`kpi-value ${view.few ? "kpi-few" : ""}`}>
        {view.value}
        {view.few && <span class="kpi-n">{view.few}</span>}
      </p>
      <p class="kpi-compare">
        {view.change && <Pill change={view.change} />}
        {view.compared && (
          <span class="kpi-compared">
            <span>{view.compared[0]}</span> <span>{view.compared[1]}</span>
          </span>
        )}
      </p>
      {make && <Chart type="kpi" make={make} label="" locale={locale} class="sparkline" decorative />}
      <div class="kpi-goal">
        {view.goal ? <span>{view.goal.text}</span> : <span>{say(locale, "noGoal")}</span>}
        {!view.goal && goals && <a class="kpi-set" href={goals}>{phrase(locale, "setGoal")}</a>}
        {view.goal?.status && <StatusWord status={view.goal.status} locale={locale} />}
      </div>
    </>
  );
}
