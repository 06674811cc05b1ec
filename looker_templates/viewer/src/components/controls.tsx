// The control bar: period, client account, the report's own controls, and what is active as chips.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { standsOn } from "../choosing";
import { textOf } from "../context";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Control } from "../report";
import { Chips } from "./chips";
import { ChoiceControl } from "./choice";
import { Icon } from "./icons";
import { SearchControl, SliderControl, ToggleControl } from "./inputs";
import { PeriodControl } from "./period";
import { Chevron } from "./popover";

export function ControlBar({ page }: { readonly page: Page }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { locale } = page;
  const controls = page.loaded.report.controls.filter((one) => standsOn(one, page.current) && !page.isHeld(one));
  const others = controls.filter((one) => one.type !== "date_range");
  return (
    <div class={`controls ${open ? "controls-open" : ""}`} role="region" aria-label={phrase(locale, "controls")}>
      <div class="controls-inner">
        {controls.some((one) => one.type === "date_range") && <PeriodControl page={page} />}
        {others.length > 0 && (
          <button type="button" class={`control-button controls-more ${page.isFiltered ? "control-active" : ""}`} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="filter" />
            {phrase(locale, "filters")}
          </button>
        )}
        {others.map((control) => <div key={control.id} class="controls-other"><OneControl page={page} control={control} /></div>)}
        <Chips page={page} />
      </div>
    </div>
  );
}

function OneControl({ page, control }: { readonly page: Page; readonly control: Control }): JSX.Element | null {
  switch (control.type) {
    case "date_range": return <PeriodControl page={page} />;
    case "search": return <SearchControl page={page} control={control} />;
    case "slider": return <SliderControl page={page} control={control} />;
    case "toggle": return <ToggleControl page={page} control={control} />;
    default:
      if (!control.parameter) return <ChoiceControl page={page} control={control} />;
      return <ClientControl page={page} label={textOf(control.label, page.locale)} hideIfSingle={control.hide_if_single} />;
  }
}

export function ClientControl({ page, label, hideIfSingle }: { readonly page: Page; readonly label: string; readonly hideIfSingle: boolean }): JSX.Element | null {
  const { clients } = page.loaded;
  if (hideIfSingle && clients.length < 2) return null;
  const chosen = page.choices.value.client ?? "";
  const known = chosen === "" || clients.some((one) => one.value === chosen);
  return (
    <div class="control">
      <label class={`control-button control-select ${chosen ? "control-active" : ""}`}>
        <span class="control-label">{label || phrase(page.locale, "client")}</span>
        <select value={chosen} onChange={(event) => page.choose({ client: event.currentTarget.value || null })}>
          <option value="">{phrase(page.locale, "allClients")}</option>
          {!known && <option value={chosen}>{chosen}</option>}
          {clients.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
        </select>
        <Chevron />
      </label>
    </div>
  );
}
