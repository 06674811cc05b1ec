// The page: header, tabs, control bar, rows of cards, footer; one panel instead of the rows when the page is empty.

import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { textOf } from "../context";
import { rangeText } from "../dates";
import { useEmpty } from "../extent";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { chipsOf } from "./chips";
import { ControlBar } from "./controls";
import { EmptyPanel } from "./empty";
import { Footer } from "./footer";
import { Header } from "./header";
import { Presentation } from "./presentation";
import { Rows } from "./rows";
import { Failed } from "./states";
import { Strips } from "./strips";
import { StartingRows } from "./starting";
import { Tabs } from "./tabs";

export function ReportPage({ page }: { readonly page: Page }): JSX.Element {
  const empty = page.empty.value;
  const { client } = page.choices.value;
  useEffect(() => {
    if (page.can("note")) void page.notes.load(client);
  }, [client]);
  if (page.choices.value.present !== null && page.isReady) return <Presentation page={page} />;
  const trouble = page.trouble.value;
  return (
    <>
      {page.isWhole.value && <EmptyWatch page={page} />}
      <Header page={page} />
      <Tabs page={page} />
      <ControlBar page={page} />
      <p class="printed">{printedControls(page)}</p>
      <main class="content" id="content">
        {trouble && <section class="card"><Failed problem={trouble} retry={() => location.reload()} locale={page.locale} what={phrase(page.locale, "reportNotLoaded")} /></section>}
        {!empty && <Strips page={page} />}
        {!page.isReady ? <StartingRows /> : empty ? <EmptyPanel page={page} /> : <Rows page={page} />}
      </main>
      <Footer page={page} />
    </>
  );
}

/** Looks at every answer, so that the page need not be made anew at each of them. */
function EmptyWatch({ page }: { readonly page: Page }): null {
  const empty = useEmpty(page);
  useEffect(() => {
    page.empty.value = empty;
  }, [empty]);
  return null;
}

/** On paper the controls are a sentence. */
function printedControls(page: Page): string {
  const chips = chipsOf(page).map((chip) => `${chip.name} ${chip.value}`);
  const name = page.loaded.report.pages.length > 1 ? [textOf(page.current.title, page.locale)] : [];
  return [...name, `${phrase(page.locale, "period")} ${rangeText(page.range, page.locale)}`, ...chips].join(" · ");
}
