// Small marks that tell by shape as well as by colour: a change with its arrow, a status with its word.

import type { JSX } from "preact";
import type { Change } from "../numbers";
import type { Status } from "../views/status";
import { say } from "../views/words";

const ARROWS = { up: "M5 1.5 9 8H1z", down: "M5 8.5 1 2h8z", flat: "M0.5 4h5V1.5l4 3.5-4 3.5V6h-5z" } as const;

export const Arrow = ({ arrow }: { readonly arrow: Change["arrow"] }): JSX.Element => (
  <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
    <path d={ARROWS[arrow]} fill="currentColor" />
  </svg>
);

export function Pill({ change }: { readonly change: Change }): JSX.Element {
  return (
    <span class={`pill pill-${change.tone}`}>
      <Arrow arrow={change.arrow} />
      <span aria-hidden="true">{change.text}</span>
      <span class="unseen">{change.words}</span>
    </span>
  );
}

export function StatusWord({ status, locale, pill = false }: { readonly status: Status; readonly locale: string; readonly pill?: boolean }): JSX.Element {
  return (
    <span class={`status status-${status.tone} ${pill ? "status-pill" : ""}`}>
      <span aria-hidden="true">{status.shape}</span> {say(locale, status.word)}
    </span>
  );
}
