// "About this number": what it means, how it is made, from what, and how fresh that is.

import { numberFormat } from "../intl";
import { useEffect, useRef, useState } from "preact/hooks";
import type { JSX } from "preact";
import { explain, getMetric } from "../api";
import { labelOf, textOf } from "../context";
import { cardDay, momentText } from "../date_texts";
import { useExtent } from "../extent";
import type { DataItem } from "../fields";
import { formatNumber, kindOf, type Kind } from "../numbers";
import type { Page } from "../page";
import { phrase, type PhraseKey } from "../phrases";
import { toNumber, type Explanation, type MetricAnswer } from "../wire";

interface Props {
  readonly page: Page;
  readonly item: DataItem;
  readonly close: () => void;
}

export function AboutDialog({ page, item, close }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { locale } = page;
  const context = page.context.value;
  const title = textOf(item.title, locale) || labelOf(context, item.metrics[0] ?? "");
  const ask = page.asks(item, context.state)[0];
  const [told, setTold] = useState<Explanation | null>(null);
  const extent = useExtent(page);
  useEffect(() => {
    dialog.current?.showModal();
    if (ask && page.can("explain")) explain(ask.body, locale).then(setTold, () => undefined);
  }, []);
  const zone = page.zone?.replaceAll("_", " ");
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={`${item.id}-about`} onClose={close} onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 class="dialog-title" id={`${item.id}-about`}>{title}</h2>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>{phrase(locale, "close")}</button>
        </header>
        {item.metrics.map((metric) => <Metric key={metric} page={page} metric={metric} told={told} titled={item.metrics.length > 1} />)}
        <dl class="facts">
          {extent && <Fact name={phrase(locale, "dataThrough")} text={cardDay(extent.end, locale)} />}
          {told && told.origins.length > 0 && <Fact name={phrase(locale, "sources")} text={told.origins.map((one) => originText(one, locale)).join(" · ")} />}
          {told && told.entities.length > 0 && (
            <Fact name={phrase(locale, "rowsRead")} text={told.entities.map((one) => `${numberFormat(locale).format(one.rows)} (${one.id})`).join(", ")} />
          )}
          <Fact name={phrase(locale, "timeZone")} text={zone ?? phrase(locale, "daysInOwn")} />
        </dl>
      </div>
    </dialog>
  );
}

function Metric({ page, metric, told, titled }: { readonly page: Page; readonly metric: string; readonly told: Explanation | null; readonly titled: boolean }): JSX.Element {
  const { locale } = page;
  const context = page.context.value;
  const field = context.fields.get(metric);
  const [known, setKnown] = useState<MetricAnswer | null>(null);
  useEffect(() => {
    if (!page.loaded.session.share) getMetric(metric, locale).then(setKnown, () => undefined);
  }, []);
  const parts = told?.metrics.find((one) => one.id === metric)?.parts ?? [];
  return (
    <>
      {titled && <h3 class="dialog-metric">{labelOf(context, metric)}</h3>}
      <p class="dialog-text">{known?.description ?? field?.description ?? ""}</p>
      <dl class="facts">
        {known && <Fact name={phrase(locale, "formula")} text={known.formula} />}
        {parts.length > 0 && (
          <Fact
            name={phrase(locale, "partsNow")}
            text={parts.map((part) => `${part.label}: ${formatNumber(toNumber(part.total), kindOf(context.fields.get(part.id)), "table", locale)}`).join(" · ")}
          />
        )}
        <Fact name={phrase(locale, "unit")} text={unitText(kindOf(field), locale)} />
        {known && <Fact name={phrase(locale, "direction")} text={phrase(locale, DIRECTIONS[known.direction] ?? "directionNeutral")} />}
      </dl>
    </>
  );
}

const DIRECTIONS: { readonly [direction: string]: PhraseKey } = { up: "directionUp", down: "directionDown", neutral: "directionNeutral" };
const UNITS: { readonly [kind: string]: PhraseKey } = {
  count: "unitCount", percent: "unitPercent", duration: "unitDuration", ratio: "unitRatio", score: "unitScore",
};

function unitText(kind: Kind, locale: string): string {
  if (typeof kind === "string") return phrase(locale, UNITS[kind] ?? "unitNumber");
  if ("currency" in kind) return phrase(locale, "unitMoney", { currency: kind.currency });
  return phrase(locale, "percent" in kind ? "unitPercent" : "unitNumber");
}

function originText(one: Explanation["origins"][number], locale: string): string {
  const when = one.last_sync?.finished_at ?? one.imports?.[0]?.loaded_at;
  const name = one.imports?.[0]?.file ?? one.connection ?? one.source_system;
  return when ? `${name}, ${phrase(locale, "lastSynced", { when: momentText(new Date(when), locale) })}` : name;
}

const Fact = ({ name, text }: { readonly name: string; readonly text: string }): JSX.Element => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{text}</dd>
  </div>
);
