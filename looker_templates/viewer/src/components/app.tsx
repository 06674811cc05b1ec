// The stages before there is a report: starting, needs a key, failed.

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { readAddress } from "../address";
import { Problem } from "../api";
import { localeOf } from "../locales";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { isShared, started } from "../start";
import { KeyForm } from "./key_form";
import { ReportPage } from "./report";
import { Starting } from "./starting";
import { Failed } from "./states";

type Stage =
  | { readonly name: "starting" }
  | { readonly name: "key"; readonly expired: boolean }
  | { readonly name: "failed"; readonly problem: Problem }
  | { readonly name: "report"; readonly page: Page };

const stage = signal<Stage>({ name: "starting" });
const locale = localeOf(readAddress(location.search).lang) ?? "en";

/** Opens the report, and tells whether there is one to show. */
export async function open(): Promise<boolean> {
  document.documentElement.lang = locale;
  try {
    const page = await started();
    page.onSignedOut = () => (isShared(location.pathname) ? location.reload() : (stage.value = { name: "key", expired: true }));
    stage.value = { name: "report", page };
    return true;
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(String(error), 0, "unexpected", null);
    stage.value = problem.status === 401 && !isShared(location.pathname) ? { name: "key", expired: false } : { name: "failed", problem };
    return false;
  }
}

export function App(): JSX.Element {
  const now = stage.value;
  switch (now.name) {
    case "report": return <ReportPage page={now.page} />;
    case "key": return <KeyForm expired={now.expired} locale={locale} opened={again} />;
    case "starting": return <Starting locale={locale} />;
    case "failed":
      return (
        <main class="alone">
          <h1 class="unseen">{phrase(locale, "report")}</h1>
          <section class="card">
            <Failed problem={now.problem} retry={() => void again()} locale={locale} what={phrase(locale, "reportNotLoaded")} />
          </section>
        </main>
      );
  }
}

async function again(): Promise<void> {
  stage.value = { name: "starting" };
  await open();
}
