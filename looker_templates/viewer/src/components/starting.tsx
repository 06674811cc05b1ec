// The shape of a page before anything is known of it.

import type { JSX } from "preact";
import { phrase } from "../phrases";
import { Skeleton } from "./states";

export function StartingRows(): JSX.Element {
  return (
    <div class="starting" aria-busy="true">
      <div class="row row-kpi row-of-5">
        {[0, 1, 2, 3, 4].map((index) => (
          <div key={index} class="slot"><section class="card card-kpi"><Skeleton type="kpi" /></section></div>
        ))}
      </div>
      <div class="row row-m">
        <div class="slot span-8"><section class="card"><Skeleton type="time_series" /></section></div>
        <div class="slot span-4"><section class="card"><Skeleton type="donut" /></section></div>
      </div>
    </div>
  );
}

export const Starting = ({ locale }: { readonly locale: string }): JSX.Element => (
  <>
    <header class="head"><div class="head-inner head-empty" /></header>
    <main class="content">
      <h1 class="unseen">{phrase(locale, "loading")}</h1>
      <StartingRows />
    </main>
  </>
);
