// The list of metrics or dimensions to choose from: searchable, grouped; what does not go with the rest says why.

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import type { Field } from "./wish";

interface Props {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly chosen: readonly string[];
  readonly toggle: (name: string) => void;
}

export function Picker({ title, fields, chosen, toggle }: Props): JSX.Element {
  const [search, setSearch] = useState("");
  const words = search.trim().toLocaleLowerCase();
  const found = fields.filter((one) => `${one.label} ${one.id}`.toLocaleLowerCase().includes(words));
  const groups = [...new Set(found.map((one) => one.group))];
  const labels = new Map(fields.map((one) => [one.id, one.label]));
  return (
    <section class="explore-picker" aria-label={title}>
      <h2>{title}</h2>
      {chosen.length > 0 && (
        <ul class="explore-chosen">
          {chosen.map((name) => (
            <li key={name}>
              <button type="button" class="chip" onClick={() => toggle(name)}>
                <span class="control-value">{labels.get(name) ?? name}</span>
                <span class="chip-cross" aria-hidden="true">×</span>
                <span class="unseen"> remove</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <input type="search" class="search" aria-label={`Search ${title.toLowerCase()}`} placeholder="Search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
      <div class="explore-fields" tabIndex={0} role="group" aria-label={`${title} to choose from`}>
        {groups.map((group) => (
          <fieldset key={group} class="explore-group">
            <legend>{group}</legend>
            {found.filter((one) => one.group === group).map((one) => <Choice key={one.id} field={one} checked={chosen.includes(one.id)} toggle={toggle} />)}
          </fieldset>
        ))}
        {found.length === 0 && <p class="quiet">No field of this dataset is called so.</p>}
      </div>
    </section>
  );
}

function Choice({ field, checked, toggle }: { readonly field: Field; readonly checked: boolean; readonly toggle: (name: string) => void }): JSX.Element {
  const refused = !checked && field.refused !== null;
  return (
    <label class={`explore-field ${refused ? "explore-refused" : ""}`} title={field.description}>
      <input type="checkbox" checked={checked} disabled={refused} onChange={() => toggle(field.id)} />
      <span>
        {field.label}
        {refused && <span class="explore-why">{field.refused}</span>}
      </span>
    </label>
  );
}
