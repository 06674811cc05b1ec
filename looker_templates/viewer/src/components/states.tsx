// The designed states of a card and of the page: loading, empty, not in the data, failed.

import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../api";
import type { Item } from "../report";

const RETRYABLE = new Set([0, 429, 502, 503, 504]);

export function Skeleton({ type }: { readonly type: Item["type"] }): JSX.Element {
  return (
    <div class={`skeleton skeleton-${type}`} aria-hidden="true">
      {Array.from({ length: type === "kpi" ? 3 : type === "donut" ? 1 : 6 }, (_, index) => (
        <span key={index} class="bone" />
      ))}
    </div>
  );
}

export function Failed({ problem, retry, what }: { readonly problem: Problem; readonly retry: () => void; readonly what?: string }): JSX.Element {
  return (
    <div class="state state-failed" role="alert">
      <p class="state-title">{what ? `${what} could not be loaded` : "Could not be loaded"}</p>
      <p class="state-text">{problem.message}</p>
      <div class="state-actions">
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
        {problem.reference && !problem.message.includes(problem.reference) && <span class="state-reference">Reference {problem.reference}</span>}
      </div>
      {!RETRYABLE.has(problem.status) && problem.status !== 500 && (
        <p class="state-text state-quiet">Trying again helps only after something has changed.</p>
      )}
    </div>
  );
}

/** A quiet note in place of a plot: nothing is wrong, there is only nothing to draw. */
export function Quiet({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="state state-quiet">
      <svg class="state-mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
        <rect x="4" y="14" width="5" height="10" rx="1.5" />
        <rect x="11.5" y="9" width="5" height="15" rx="1.5" />
        <rect x="19" y="4" width="5" height="20" rx="1.5" />
        <line x1="3" y1="3" x2="25" y2="25" />
      </svg>
      <p class="state-title">{title}</p>
      {children && <p class="state-text">{children}</p>}
    </div>
  );
}
