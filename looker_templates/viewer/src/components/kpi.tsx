// A KPI card: label, value, change, sparkline, goal.

import { useMemo, useState } from "preact/hooks";
import type { JSX } from "preact";
import { labelOf, textOf } from "../context";
import { NO_VALUE, type Change, type GoalStatus } from "../numbers";
import { sparklineOption } from "../options/sparkline";
import type { Page } from "../page";
import type { Kpi } from "../report";
import { column, toNumber } from "../wire";
import { kpiView, type KpiView } from "../views/kpi";
import { isBusy, RefreshBar, useEver, useItem } from "./card";
import { Chart } from "./chart";
import { Failed, Skeleton } from "./states";

export function KpiCard({ page, item }: { readonly page: Page; readonly item: Kpi }): JSX.Element {
  const shown = useItem(page, item);
  const view = useMemo(() => (shown.context ? kpiView(item, shown.answers, shown.context) : null), [item, shown.context, shown.answers]);
  const ever = useEver(page, item, view?.missing === true);
  const metric = item.metrics[0] ?? "";
  const label = textOf(item.title, page.locale) || labelOf(page.context.value, metric);
  const never = ever.answers.main ? toNumber(column(ever.answers.main, metric)[0]) === null : null;
  return (
    <section class="card card-kpi" id={item.id} aria-labelledby={`${item.id}-title`} aria-busy={isBusy(shown.phase)} data-phase={shown.phase}>
      <RefreshBar phase={shown.phase} />
      <div class="kpi-head">
        <h2 class="kpi-label" id={`${item.id}-title`}>
          {label}
        </h2>
        <Help id={item.id} label={label} text={page.context.value.fields.get(metric)?.description} />
      </div>
      {shown.phase === "failed" && shown.problem ? (
        <Failed problem={shown.problem} retry={shown.retry} />
      ) : view === null ? (
        <Skeleton type="kpi" />
      ) : (
        <div class={`kpi-body ${shown.phase === "refreshing" ? "refreshing" : ""}`}>
          {view.missing ? <Missing never={never} /> : <Known view={view} locale={page.locale} />}
        </div>
      )}
    </section>
  );
}

/** The metric's definition, from the catalogue; closed by Escape and by going elsewhere. */
function Help({ id, label, text }: { readonly id: string; readonly label: string; readonly text: string | undefined }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (!text) return null;
  return (
    <>
      <button
        type="button"
        class="help"
        aria-expanded={open}
        aria-controls={`${id}-help`}
        aria-label={`What is ${label}?`}
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

function Missing({ never }: { readonly never: boolean | null }): JSX.Element {
  return (
    <>
      <p class="kpi-value kpi-none">{NO_VALUE}</p>
      <p class="kpi-missing">{never === null ? "" : never ? "Not available in this data" : "No value in this period"}</p>
    </>
  );
}

function Known({ view, locale }: { readonly view: KpiView; readonly locale: string }): JSX.Element {
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
      {make && <Chart make={make} label="" locale={locale} class="sparkline" decorative />}
      <div class="kpi-goal">{view.goal ? <Goal text={view.goal.text} status={view.goal.status} /> : <span>No goal</span>}</div>
    </>
  );
}

const ARROWS = { up: "M5 1.5 9 8H1z", down: "M5 8.5 1 2h8z", flat: "M1 4h8v2H1z" } as const;

function Pill({ change }: { readonly change: Change }): JSX.Element {
  return (
    <span class={`pill pill-${change.tone}`}>
      <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
        <path d={ARROWS[change.arrow]} fill="currentColor" />
      </svg>
      <span aria-hidden="true">{change.text}</span>
      <span class="unseen">{change.words}</span>
    </span>
  );
}

const STATUS: { readonly [status in GoalStatus]: readonly [string, string] } = {
  good: ["●", "On goal"],
  watch: ["◆", "Near goal"],
  bad: ["■", "Off goal"],
};

function Goal({ text, status }: { readonly text: string; readonly status: GoalStatus }): JSX.Element {
  const [shape, words] = STATUS[status];
  return (
    <>
      <span>{text}</span>
      <span class={`status status-${status}`}>
        <span aria-hidden="true">{shape}</span> {words}
      </span>
    </>
  );
}
