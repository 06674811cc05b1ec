// What stands behind the chart: its rows, the fields as Looker Studio lists them, the SQL, the request, the template item.

import { numberFormat } from "../intl";
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import { useAnswers } from "../answers";
import { Problem } from "../api";
import { answerTwin, saveCsv } from "../download";
import type { DataItem } from "../fields";
import type { DataRequest } from "../wire";
import { getSql, keep, type Sql } from "./ask";
import type { ExplorerPage } from "./page";
import type { Explorer } from "./store";
import type { Field } from "./wish";
import { asYaml } from "./yaml";

const TABS = { rows: "Rows", fields: "Looker fields", sql: "SQL", request: "getData request", item: "Template item" } as const;
type Tab = keyof typeof TABS;
const SHOWN = 100;

interface Props {
  readonly explorer: Explorer;
  readonly page: ExplorerPage;
  readonly body: DataRequest;
  readonly items: readonly DataItem[];
}

export function Behind(props: Props): JSX.Element {
  const [tab, setTab] = useState<Tab>("rows");
  return (
    <section class="card explore-behind" aria-label="Behind the chart">
      <div class="control-list" role="group" aria-label="What to show">
        {(Object.keys(TABS) as Tab[]).map((one) => (
          <button key={one} type="button" class="list-value" aria-pressed={one === tab} onClick={() => setTab(one)}>{TABS[one]}</button>
        ))}
      </div>
      {tab === "rows" && <Rows {...props} />}
      {tab === "fields" && <Fields {...props} />}
      {tab === "sql" && <Statement body={props.body} />}
      {tab === "request" && <Code text={JSON.stringify(props.body, null, 2)} name="getData request" note="Send it as POST /v1/looker/data with an API key." />}
      {tab === "item" && <Item {...props} />}
    </section>
  );
}

function Rows({ page, body, items }: Props): JSX.Element {
  const { answers, context, phase, problem } = useAnswers(page.queries, [{ purpose: "main", body }], page.context.value);
  if (phase === "failed") return <p class="text">{problem?.message || "The rows could not be read."}</p>;
  if (!answers.main || !context) return <p class="quiet">Asking for the rows …</p>;
  const twin = answerTwin(answers.main, context);
  const numeric = answers.main.schema.map(({ name }) => context.fields.get(name)?.semantics.conceptType === "METRIC");
  const number = numberFormat("en");
  return (
    <>
      <p class="actions">
        <span class="quiet">{twin.raw.length > SHOWN ? `The first ${SHOWN} of ${number.format(twin.raw.length)} rows` : `${number.format(twin.raw.length)} ${twin.raw.length === 1 ? "row" : "rows"}`}</span>
        <button type="button" class="button" disabled={twin.raw.length === 0} onClick={() => saveCsv(twin, `${items[0]?.id ?? "rows"}.csv`)}>Download CSV</button>
      </p>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Rows">
        <table class="table">
          <thead><tr>{twin.columns.map((name, at) => <th key={at} scope="col" class={numeric[at] ? "number" : ""}>{name}</th>)}</tr></thead>
          <tbody>
            {twin.rows.slice(0, SHOWN).map((row, at) => (
              <tr key={at}>{row.map((cell, column) => <Plain key={column} head={column === 0} number={numeric[column] === true} text={cell} />)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const Plain = ({ head, number, text }: { readonly head: boolean; readonly number: boolean; readonly text: string }): JSX.Element =>
  head ? <th scope="row" class={number ? "number" : ""}>{text || "–"}</th> : <td class={number ? "number" : ""}>{text || "–"}</td>;

function Fields({ explorer, body }: Props): JSX.Element {
  const known = explorer.known.value;
  const fields = body.fields.flatMap(({ name }) => known.get(name) ?? []);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Fields">
      <table class="table">
        <thead><tr>{["Id", "Label", "Type", "Aggregation", "Group"].map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead>
        <tbody>
          {fields.map((one) => (
            <tr key={one.id}>
              <th scope="row"><a href={`/console/catalogue/${one.is_metric ? "metrics" : "dimensions"}/${one.id}`}>{one.id}</a></th>
              <td>{one.label}</td><td>{one.type}</td><td>{aggregation(one)}</td><td>{one.group}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const aggregation = (one: Field): string => (one.is_metric ? one.aggregation || "Auto" : "–");

function Statement({ body }: { readonly body: DataRequest }): JSX.Element {
  const [told, setTold] = useState<Sql | Problem | null>(null);
  const key = JSON.stringify(body);
  useEffect(() => {
    let wanted = true;
    setTold(null);
    getSql(body).then((answer) => wanted && setTold(answer), (problem: Problem) => wanted && setTold(problem));
    return () => {
      wanted = false;
    };
  }, [key]);
  if (told === null) return <p class="quiet">Asking for the SQL …</p>;
  if (told instanceof Problem) return <p class="text">{told.message || "The SQL could not be read."}</p>;
  const values = told.parameters.length > 0 ? `\n\n-- values: ${JSON.stringify(told.parameters)}` : "";
  return <Code text={told.sql + values} name="SQL" note="What DuckDB runs. Values are bound, never written into the text." />;
}

function Item({ explorer, page, items }: Props): JSX.Element {
  const { dataset } = explorer.wish.value;
  const source = items.map((one) => ({ ...one, source: dataset }));
  const text = asYaml(source);
  return (
    <Code text={text} name="template item" note={`Paste it under the items of a row; the source is a data source of the dataset ${dataset}.`}>
      <Keep key={text} explorer={explorer} dataset={dataset} items={source} client={page.choices.value.client} />
    </Code>
  );
}

function Keep({ explorer, dataset, items, client }: { readonly explorer: Explorer; readonly dataset: string; readonly items: readonly DataItem[]; readonly client: string | null }): JSX.Element {
  const [state, setState] = useState<"idle" | "busy" | { readonly report: string } | Problem>("idle");
  const save = (): void => {
    setState("busy");
    keep(explorer.csrf, dataset, items).then((report) => setState({ report }), (problem: Problem) => setState(problem));
  };
  const done = typeof state === "object" && "report" in state ? state : null;
  return (
    <>
      {done === null && <button type="button" class="button button-primary" disabled={state === "busy"} onClick={save}>Save to My reports</button>}
      <span role="status">{done !== null && <>Saved. <a href={`${done.report}${client ? `?client=${encodeURIComponent(client)}` : ""}`}>Open My reports</a></>}</span>
      {state instanceof Problem && <p class="wrong" role="alert">{state.message || "It could not be saved."}</p>}
    </>
  );
}

function Code({ text, name, note, children }: { readonly text: string; readonly name: string; readonly note: string; readonly children?: ComponentChildren }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => {
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  });
  return (
    <>
      <p class="actions">
        {isSecureContext && <button type="button" class="button" onClick={copy}>{copied ? "Copied" : `Copy the ${name}`}</button>}
        {children}
      </p>
      <p class="quiet">{note}</p>
      <pre class="explore-code" tabIndex={0} aria-label={name}>{text}</pre>
    </>
  );
}
