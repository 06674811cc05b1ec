// A control with values to choose from: a dropdown, or a short list whose values stand side by side.

import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { useAnswers } from "../answers";
import { labelOf, textOf, valueText } from "../context";
import { formatNumber, kindOf } from "../numbers";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { DropdownControl } from "../report";
import { controlRequest } from "../requests";
import { column, toNumber, toText } from "../wire";
import { Popover } from "./popover";

interface Choice {
  readonly value: string | null;
  readonly count: number | null;
}

const SIDE_BY_SIDE = 6;

/** The values of the control's dimension, the largest first; null while they are being asked for. */
function useValues(page: Page, control: DropdownControl): readonly Choice[] | null {
  const context = page.context.value;
  const body = controlRequest(page.loaded.report, control, context.state);
  const { answers } = useAnswers(page.queries, body ? [{ purpose: "main", body }] : [], context);
  if (!answers.main) return null;
  const counts = column(answers.main, control.order_by ?? "").map(toNumber);
  const found = column(answers.main, control.dimension ?? "").map((value, index) => ({ value: toText(value), count: counts[index] ?? null }));
  return found.sort((left, right) => (right.count ?? 0) - (left.count ?? 0) || (left.value ?? "").localeCompare(right.value ?? ""));
}

export function ChoiceControl({ page, control }: { readonly page: Page; readonly control: DropdownControl }): JSX.Element | null {
  const context = page.context.value;
  const dimension = control.dimension ?? "";
  const values = useValues(page, control);
  const given = page.choices.value.filters[dimension] ?? [];
  const first = values?.[0];
  useEffect(() => {
    if (!control.required || !values || page.first.value[dimension] === (first ? first.value : null)) return;
    page.first.value = { ...page.first.value, [dimension]: first ? first.value : null };
  });
  const selected = given.length === 0 && control.required && first ? [first.value] : given;
  const known = values ?? [];
  const nothing = known.length > 0 && known.every((one) => one.value === null);
  if (given.length === 0 && nothing && control.if_missing === "hide") return null;
  if (given.length === 0 && values !== null && control.hide_if_single && known.length < 2) return null;
  const gone = selected.filter((value) => !known.some((one) => one.value === value)).map((value) => ({ value, count: null }));
  const label = textOf(control.label, context.locale) || labelOf(context, dimension);
  const text = (value: string | null): string => valueText(context, dimension, value);
  const kind = kindOf(context.fields.get(control.order_by ?? ""));
  const props: PanelProps = {
    label, choices: [...gone, ...known], selected, multi: control.multi, required: control.required, text, locale: page.locale,
    number: (count) => formatNumber(count, kind, "table", page.locale),
    change: (next) => page.setFilter(dimension, next),
  };
  if (control.type === "list" && props.choices.length <= SIDE_BY_SIDE) return <SideBySide {...props} />;
  const [one] = selected;
  const shown = one === undefined ? phrase(page.locale, "all") : text(one) + (selected.length > 1 ? ` +${selected.length - 1}` : "");
  return (
    <Popover id={control.id} label={label} value={shown} active={given.length > 0}>
      {(close) => <ChoicePanel {...props} close={close} />}
    </Popover>
  );
}

interface PanelProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly selected: readonly (string | null)[];
  readonly multi: boolean;
  readonly required: boolean;
  readonly text: (value: string | null) => string;
  readonly number: (count: number | null) => string;
  readonly change: (values: readonly (string | null)[]) => void;
  readonly locale: string;
}

/** What is chosen after a click: a required control cannot be left without a value. */
function after({ selected, multi, required }: PanelProps, value: string | null): readonly (string | null)[] {
  if (!selected.includes(value)) return multi ? [...selected, value] : [value];
  return required ? selected : selected.filter((one) => one !== value);
}

function SideBySide(props: PanelProps): JSX.Element {
  return (
    <div class="control-list" role="group" aria-label={props.label}>
      <span class="control-label">{props.label}</span>
      {props.choices.map((one) => (
        <button key={one.value ?? ""} type="button" class="list-value" aria-pressed={props.selected.includes(one.value)} onClick={() => props.change(after(props, one.value))}>
          {props.text(one.value)}
        </button>
      ))}
    </div>
  );
}

function ChoicePanel(props: PanelProps & { readonly close: () => void }): JSX.Element {
  const { label, choices, selected, multi, required, text, number, locale, close } = props;
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase(locale);
  const visible = choices.filter((one) => text(one.value).toLocaleLowerCase(locale).includes(wanted));
  const pick = (value: string | null): void => {
    props.change(after(props, value));
    if (required) close();
  };
  return (
    <>
      {choices.length > 8 && (
        <input type="search" class="search" data-first aria-label={phrase(locale, "searchIn", { name: label })} placeholder={phrase(locale, "search")} value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
      )}
      <div class="choices">
        {visible.map((one) => (
          <label key={one.value ?? ""} class="choice">
            <input type={required ? "radio" : "checkbox"} name={required ? label : undefined} checked={selected.includes(one.value)} onChange={() => pick(one.value)} />
            <span class="choice-text">{text(one.value)}</span>
            <span class="choice-count">{one.count === null ? "" : number(one.count)}</span>
          </label>
        ))}
        {visible.length === 0 && <p class="state-text panel-text">{phrase(locale, choices.length > 0 ? "searchNone" : "noChoices")}</p>}
      </div>
      {!required && (
        <div class="panel-actions">
          <button type="button" class="button-plain" disabled={selected.length === 0} onClick={() => props.change([])}>{phrase(locale, "showAll")}</button>
          <button type="button" class="button" onClick={close}>{phrase(locale, multi ? "done" : "close")}</button>
        </div>
      )}
    </>
  );
}
