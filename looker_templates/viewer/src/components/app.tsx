// The stages before there is a report: starting, needs a key, failed.

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { Problem, signIn } from "../api";
import { start } from "../start";
import type { Page } from "../page";
import { ReportPage } from "./report";
import { Failed, Skeleton } from "./states";

type Stage =
  | { readonly name: "starting" }
  | { readonly name: "key"; readonly expired: boolean }
  | { readonly name: "failed"; readonly problem: Problem }
  | { readonly name: "report"; readonly page: Page };

const stage = signal<Stage>({ name: "starting" });

export async function open(): Promise<void> {
  try {
    const page = await start(() => (stage.value = { name: "key", expired: true }));
    stage.value = { name: "report", page };
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(String(error), 0, "unexpected", null);
    stage.value = problem.status === 401 ? { name: "key", expired: false } : { name: "failed", problem };
  }
}

export function App(): JSX.Element {
  const now = stage.value;
  switch (now.name) {
    case "report": return <ReportPage page={now.page} />;
    case "key": return <KeyForm expired={now.expired} />;
    case "failed":
      return (
        <main class="alone">
          <h1 class="unseen">Report</h1>
          <section class="card">
            <Failed problem={now.problem} retry={() => void again()} what="The report" />
          </section>
        </main>
      );
    case "starting": return <Starting />;
  }
}

async function again(): Promise<void> {
  stage.value = { name: "starting" };
  await open();
}

function Starting(): JSX.Element {
  return (
    <main class="content starting" aria-busy="true">
      <h1 class="unseen">Loading the report</h1>
      <div class="row row-kpi row-of-5">
        {[0, 1, 2, 3, 4].map((index) => (
          <div key={index} class="slot"><section class="card card-kpi"><Skeleton type="kpi" /></section></div>
        ))}
      </div>
      <div class="row row-m">
        <div class="slot span-8"><section class="card"><Skeleton type="time_series" /></section></div>
        <div class="slot span-4"><section class="card"><Skeleton type="donut" /></section></div>
      </div>
    </main>
  );
}

function KeyForm({ expired }: { readonly expired: boolean }): JSX.Element {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      await signIn(key.trim());
      await again();
    } catch (error) {
      setWrong(error instanceof Problem ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="alone">
      <section class="card key-card">
        <svg class="logo" width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
          <rect width="30" height="30" rx="8" />
          <path d="M8 21v-7M13 21V9M18 21v-9M23 21v-5" />
        </svg>
        <h1 class="key-title">{expired ? "Your session has ended" : "Open the report with an API key"}</h1>
        <p class="key-text">
          The key decides whose numbers you see. It is kept in a cookie of this browser that scripts cannot read.
        </p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <label class="field">
            API key
            <input
              type="password"
              name="key"
              autocomplete="current-password"
              spellcheck={false}
              placeholder="bvk_…"
              required
              value={key}
              aria-invalid={wrong !== null}
              {...(wrong ? { "aria-describedby": "key-wrong" } : {})}
              onInput={(event) => setKey(event.currentTarget.value)}
            />
          </label>
          {wrong && (
            <p class="form-wrong" id="key-wrong" role="alert">
              {wrong}
            </p>
          )}
          <button type="submit" class="button button-primary" disabled={busy}>
            {busy ? "Checking…" : "Open the report"}
          </button>
        </form>
        <p class="key-hint">No key yet? Whoever runs the server makes one:</p>
        <pre class="empty-code"><code>belvedere key create --name "My report"</code></pre>
      </section>
    </main>
  );
}
