// The designed states of a card: loading, empty, not in the data, hidden, failed.

import { useEffect } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../api";
import { phrase } from "../phrases";
import type { Item } from "../report";

const RETRYABLE = new Set([0, 429, 502, 503, 504]);
const RETRY_SECONDS = 30;
const BONES: { readonly [type: string]: number } = { kpi: 3, donut: 1, gauge: 1, geo: 1, commentary: 3, text: 3, treemap: 5 };

/** The shape of what will stand here. */
export function Skeleton({ type }: { readonly type: Item["type"] }): JSX.Element {
  return (
    <div class={`skeleton skeleton-${type}`} aria-hidden="true">
      {Array.from({ length: BONES[type] ?? 6 }, (_, index) => <span key={index} class="bone" />)}
    </div>
  );
}

interface FailedProps {
  readonly problem: Problem;
  readonly retry: () => void;
  readonly locale?: string;
  readonly what?: string;
}

export function Failed({ problem, retry, locale = "en", what }: FailedProps): JSX.Element {
  const again = RETRYABLE.has(problem.status);
  useEffect(() => {
    if (!again) return undefined;
    const timer = setTimeout(retry, RETRY_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [again]);
  if (problem.status === 403) return <Quiet title={phrase(locale, "hiddenField")} />;
  return (
    <div class="state state-failed" role="alert">
      <p class="state-title">{what ?? phrase(locale, "notLoaded")}</p>
      <p class="state-text">{problemText(problem, locale)}</p>
      <div class="state-actions">
        <button type="button" class="button" onClick={retry}>{phrase(locale, "tryAgain")}</button>
        {problem.reference && !problem.message.includes(problem.reference) && (
          <span class="state-reference">{phrase(locale, "reference", { id: problem.reference })}</span>
        )}
      </div>
      {again && <p class="state-text state-quiet">{phrase(locale, "retryLater", { count: RETRY_SECONDS })}</p>}
      {!again && problem.status !== 500 && <p class="state-text state-quiet">{phrase(locale, "noRetry")}</p>}
    </div>
  );
}

export function problemText(problem: Problem, locale: string): string {
  if (problem.message) return problem.message;
  if (problem.code === "unreachable") return phrase(locale, "unreachable");
  if (problem.code === "not_kept") return phrase(locale, "notKept");
  if (problem.code === "filters_not_applied") return phrase(locale, "filtersNotApplied");
  return phrase(locale, "badStatus", { status: String(problem.status) });
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
