// The period of the page: named periods, free days, and what it is compared with.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import type { Compare } from "../address";
import { periodControl } from "../choosing";
import { isDay, lengthOf, rangeText, type DateRange } from "../dates";
import { useExtent } from "../extent";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { PRESETS, presetRange, within, type PresetName } from "../presets";
import { Popover } from "./popover";

const same = (left: DateRange, right: DateRange): boolean => left.start === right.start && left.end === right.end;

export function PeriodControl({ page }: { readonly page: Page }): JSX.Element {
  const { range, locale } = page;
  const fallback = periodControl(page.loaded.report)?.default;
  // Two names may stand for the same days: the template's own comes first.
  const names = [...(fallback ? [fallback] : []), ...PRESETS];
  const preset = names.find((name) => same(presetRange(name, page.today), range));
  const shown = rangeText(range, locale);
  return (
    <Popover id="period" label={phrase(locale, "period")} value={preset ? `${phrase(locale, preset)}, ${shown}` : shown}>
      {(close) => <PeriodPanel page={page} chosen={preset} close={close} />}
    </Popover>
  );
}

function PeriodPanel({ page, chosen, close }: { readonly page: Page; readonly chosen: PresetName | undefined; readonly close: () => void }): JSX.Element {
  const { locale, range, today } = page;
  const control = periodControl(page.loaded.report);
  const all = useExtent(page);
  const whole = all && within(all, control?.max_days);
  const allowed = PRESETS.filter((name) => lengthOf(presetRange(name, today)) <= (control?.max_days ?? Infinity));
  const take = (next: DateRange | null): void => {
    page.choose({ range: next });
    close();
  };
  return (
    <>
      <div class="presets">
        {allowed.map((name) => (
          <button key={name} type="button" class="preset" aria-pressed={name === chosen} {...(name === chosen ? { "data-first": true } : {})} onClick={() => take(name === control?.default ? null : presetRange(name, today))}>
            <span>{phrase(locale, name)}</span>
            <span class="preset-range">{rangeText(presetRange(name, today), locale)}</span>
          </button>
        ))}
        {whole && (
          <button type="button" class="preset" aria-pressed={!chosen && same(whole, range)} onClick={() => take(whole)}>
            <span>{phrase(locale, "allData")}</span>
            <span class="preset-range">{rangeText(whole, locale)}</span>
          </button>
        )}
      </div>
      <FreeDays page={page} most={control?.max_days} take={take} />
      <CompareWith page={page} />
    </>
  );
}

function FreeDays({ page, most, take }: { readonly page: Page; readonly most: number | undefined; readonly take: (range: DateRange) => void }): JSX.Element {
  const { locale, range } = page;
  const [from, setFrom] = useState(range.start);
  const [to, setTo] = useState(range.end);
  const wrong = !isDay(from) || !isDay(to) ? phrase(locale, "giveBoth")
    : from > to ? phrase(locale, "wrongOrder")
    : most !== undefined && lengthOf({ start: from, end: to }) > most ? phrase(locale, "tooLong", { count: most })
    : null;
  return (
    <form
      class="free-dates"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) take({ start: from, end: to });
      }}
    >
      <label>
        {phrase(locale, "from")}
        <input type="date" name="from" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        {phrase(locale, "to")}
        <input type="date" name="to" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button button-primary" disabled={wrong !== null}>{phrase(locale, "apply")}</button>
      {wrong && <p class="form-wrong" role="alert">{wrong}</p>}
    </form>
  );
}

const COMPARES: readonly Compare[] = ["previous_period", "previous_year", "none"];

function CompareWith({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  const own = periodControl(page.loaded.report)?.compare ?? "previous_period";
  return (
    <fieldset class="compare-with">
      <legend>{phrase(locale, "compareWith")}</legend>
      <div class="segments">
        {COMPARES.map((one) => (
          <label key={one} class="segment">
            <input type="radio" name="compare" checked={page.compare === one} onChange={() => page.choose({ compare: one === own ? null : one })} />
            <span>{phrase(locale, one)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
