// The keys of a chart, its scale, and the notes that its markers stand for.

import type { JSX } from "preact";
import type { Key, Scale } from "../legend";
import type { Event } from "../views/events";

const colorClass = (color: number): string => (color < 0 ? "key-other" : `key-${(color % 8) + 1}`);

export function Legend({ keys }: { readonly keys: readonly Key[] }): JSX.Element | null {
  if (keys.length === 0) return null;
  return (
    <ul class="legend">
      {keys.map((key) => (
        <li key={`${key.mark} ${key.name}`}>
          <Mark mark={key} />
          <span class="legend-name">{key.name}</span>
        </li>
      ))}
    </ul>
  );
}

function Mark({ mark: { mark, color } }: { readonly mark: Key }): JSX.Element {
  const props = { "aria-hidden": true as const, class: `key-mark key-${mark} ${mark === "good" || mark === "watch" || mark === "bad" ? "" : colorClass(color)}` };
  switch (mark) {
    case "good": return <svg width="10" height="10" viewBox="0 0 10 10" {...props}><circle cx="5" cy="5" r="4.5" /></svg>;
    case "watch": return <svg width="10" height="10" viewBox="0 0 10 10" {...props}><path d="M5 0l5 5-5 5-5-5z" /></svg>;
    case "bad": return <svg width="10" height="10" viewBox="0 0 10 10" {...props}><rect x="0.5" y="0.5" width="9" height="9" /></svg>;
    case "box":
    case "open": return <svg width="10" height="10" viewBox="0 0 10 10" {...props}><rect x="0.5" y="0.5" width="9" height="9" rx="2.5" /></svg>;
    case "band": return <svg width="20" height="10" viewBox="0 0 20 10" {...props}><rect width="20" height="10" rx="2" /></svg>;
    case "dot": return <svg width="10" height="10" viewBox="0 0 10 10" {...props}><circle cx="5" cy="5" r="3.75" /></svg>;
    case "tick": return <svg width="10" height="12" viewBox="0 0 10 12" {...props}><rect x="3.5" width="3" height="12" /></svg>;
    default: return <svg width="20" height="8" viewBox="0 0 20 8" {...props}><line x1="1" x2="19" y1="4" y2="4" /></svg>;
  }
}

/** Seven boxes from the smallest value to the largest. */
export function ScaleKey({ scale }: { readonly scale: Scale }): JSX.Element {
  return (
    <p class="scale">
      <span>{scale.low}</span>
      <svg width="126" height="10" viewBox="0 0 126 10" aria-hidden="true" class={scale.strong ? "scale-strong" : "scale-soft"}>
        {[0, 1, 2, 3, 4, 5, 6].map((step) => <rect key={step} class={`s${step}`} x={step * 18} width="18" height="10" />)}
      </svg>
      <span>{scale.high}</span>
    </p>
  );
}

const tell = (event: Event): string => event.notes.map((note) => `${note.when}: ${note.text}`).join(" ");

export function Events({ events, label }: { readonly events: readonly Event[]; readonly label: string }): JSX.Element | null {
  if (events.length === 0) return null;
  return (
    <ol class="events" tabIndex={0} aria-label={label}>
      {events.map((event) => (
        <li key={event.number}>
          <span class="event-mark">{event.number}</span>
          <span title={tell(event)}>{tell(event)}</span>
        </li>
      ))}
    </ol>
  );
}
