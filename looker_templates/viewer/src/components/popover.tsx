// A button that opens a panel under itself: closed by Escape, by a click elsewhere and by leaving it with Tab.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";

interface PanelProps {
  readonly id: string;
  /** Names the panel, and the button where `face` has no text. */
  readonly label: string;
  readonly class: string;
  readonly box?: string;
  readonly panel?: string;
  readonly face: ComponentChildren;
  readonly silent?: boolean;
  readonly children: (close: () => void) => ComponentChildren;
}

/** Any button with a panel. */
export function Panel({ id, label, class: look, box: boxClass = "control", panel: panelClass = "", face, silent = false, children }: PanelProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    // A panel that would leave the window on the right hangs from the button's right edge.
    const right = panel.current?.getBoundingClientRect().right ?? 0;
    panel.current?.classList.toggle("panel-right", right > document.documentElement.clientWidth);
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const inside = panel.current;
    (inside?.querySelector<HTMLElement>("[data-first]") ?? inside?.querySelector<HTMLElement>("button, a, input"))?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);

  return (
    <div class={boxClass} ref={box}>
      <button ref={button} type="button" class={look} aria-expanded={open} aria-controls={`${id}-panel`} {...(silent ? { "aria-label": label, title: label } : {})} onClick={() => setOpen(!open)}>
        {face}
      </button>
      {open && (
        <div ref={panel} id={`${id}-panel`} class={`panel ${panelClass}`} role="group" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly active?: boolean;
  readonly children: (close: () => void) => ComponentChildren;
}

/** A control of the control bar: its name, what is chosen, and a panel to choose in. */
export const Popover = ({ id, label, value, active = false, children }: Props): JSX.Element => (
  <Panel
    id={id}
    label={label}
    class={`control-button ${active ? "control-active" : ""}`}
    face={
      <>
        <span class="control-label">{label}</span>
        <span class="control-value">{value}</span>
        <Chevron />
      </>
    }
  >
    {children}
  </Panel>
);

export const Chevron = (): JSX.Element => (
  <svg class="chevron" width="10" height="6" viewBox="0 0 10 6" aria-hidden="true">
    <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);
