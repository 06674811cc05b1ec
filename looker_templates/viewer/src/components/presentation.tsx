// The presentation: one slide at a time on a stage of 16:9, moved by keys, touch and buttons; the address names the slide.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { usePageCommentary } from "../commentary";
import { isData } from "../choosing";
import { textOf } from "../context";
import { cardDay, rangeText } from "../dates";
import { useExtent } from "../extent";
import { full } from "../full_screen";
import { lackingFields } from "../missing";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Item } from "../report";
import { slideAt, slidesOf, type Slide } from "../slides";
import { ControlBar } from "./controls";
import { Icon, Logo } from "./icons";
import { Slot } from "./rows";
import { StartingRows } from "./starting";

const WIDTH = 1024;
const HEIGHT = 576;
const SWIPE = 50;

export function Presentation({ page }: { readonly page: Page }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const { locale } = page;
  const { report } = page.loaded;
  const written = usePageCommentary(page);
  const hidden = page.hidden.value;
  const without = (item: Item): boolean =>
    hidden.has(item.id) || (item.type === "commentary" && !written?.some((one) => one.item === item.id)) || (isData(item) && lackingFields(page, item).length > 0);
  const slides = slidesOf(report, without);
  const number = slideAt(slides, page.choices.value.present ?? 1);
  const slide = slides[number - 1] as Slide;
  const next = slides[number];
  const place = `${number} / ${slides.length}`;
  const go = (to: number): void => page.present(slideAt(slides, to));
  const leave = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    page.present(null);
  };

  useScale(stage);
  const title = textOf(report.title, locale);
  useEffect(() => {
    document.title = [title, whoseOf(page), page.brand?.name ?? page.loaded.session.product].filter(Boolean).join(" · ");
  }, [title]);
  useLayoutEffect(() => box.current?.focus(), []);
  useEffect(() => {
    const gone = (): void => {
      if (!document.fullscreenElement) page.present(null);
    };
    document.addEventListener("fullscreenchange", gone);
    return () => document.removeEventListener("fullscreenchange", gone);
  }, []);
  useEffect(() => {
    // The page of the slide is the page of the report: controls that stand there alone hold.
    if (slide.kind !== "title" && page.current.id !== slide.page.id) page.present(number, slide.page.id);
  }, [number]);
  useEffect(() => {
    if (next && next.kind !== "title") page.expect(next.items);
  }, [number, page.context.value]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = event.target instanceof HTMLElement && event.target.closest("button, a, .table-scroll") !== null;
      const to = moveOf(event, number, slides.length, onButton);
      if (to === null) return;
      event.preventDefault();
      if (to === "leave") leave();
      else if (to === "full") full();
      else go(to);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const begun = (event: PointerEvent): void => void (from.current = event.pointerType === "mouse" ? null : { x: event.clientX, y: event.clientY });
  const ended = (event: PointerEvent): void => {
    const start = from.current;
    from.current = null;
    if (!start) return;
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.abs(dx) > SWIPE && Math.abs(dx) > 2 * Math.abs(dy)) go(number + (dx < 0 ? 1 : -1));
  };

  return (
    <div ref={box} class="present" tabIndex={-1} onPointerDown={begun} onPointerUp={ended} onPointerCancel={() => (from.current = null)}>
      {/* Controls that always have a value choose it here, unseen. */}
      <div hidden><ControlBar page={page} /></div>
      <main class="present-room" aria-label={`${phrase(locale, "present")} ${place}`}>
        <div ref={stage} class="stage">
          {written === null ? <StartingRows /> : slide.kind === "title" ? <TitleSlide page={page} /> : <OneSlide key={number} page={page} slide={slide} />}
        </div>
      </main>
      <nav class="present-bar" aria-label={phrase(locale, "present")}>
        <button type="button" class="icon-button" aria-label={phrase(locale, "slideBefore")} disabled={number === 1} onClick={() => go(number - 1)}><Icon name="back" /></button>
        <span class="present-number" aria-live="polite">{place}</span>
        <button type="button" class="icon-button" aria-label={phrase(locale, "slideNext")} disabled={number === slides.length} onClick={() => go(number + 1)}><Icon name="forward" /></button>
        {document.fullscreenEnabled && (
          <button type="button" class="icon-button" aria-label={phrase(locale, "fullScreen")} onClick={() => full()}><Icon name="full" /></button>
        )}
        <button type="button" class="icon-button" aria-label={phrase(locale, "presentEnd")} onClick={leave}><Icon name="close" /></button>
      </nav>
    </div>
  );
}

/** Where a key leads; null if it is not for us. A button keeps its own space bar and Enter, a table its arrows. */
function moveOf(event: KeyboardEvent, number: number, last: number, taken: boolean): number | "leave" | "full" | null {
  switch (event.key) {
    case "ArrowRight": case "PageDown": return number + 1;
    case "ArrowLeft": case "PageUp": return number - 1;
    case "ArrowDown": return taken ? null : number + 1;
    case "ArrowUp": return taken ? null : number - 1;
    case " ": return taken ? null : number + (event.shiftKey ? -1 : 1);
    case "Home": return 1;
    case "End": return last;
    case "Escape": return "leave";
    case "f": case "F": return "full";
    default: return null;
  }
}

/** The stage has a size of its own and is scaled as a whole: type and charts grow with the screen. */
function useScale(stage: { readonly current: HTMLDivElement | null }): void {
  useLayoutEffect(() => {
    const fit = (): void => {
      const room = stage.current?.parentElement;
      if (!stage.current || !room) return;
      const scale = Math.min(room.clientWidth / WIDTH, room.clientHeight / HEIGHT);
      stage.current.style.transform = `translate(-50%, -50%) scale(${scale})`;
    };
    fit();
    const watch = new ResizeObserver(fit);
    if (stage.current?.parentElement) watch.observe(stage.current.parentElement);
    return () => watch.disconnect();
  }, []);
}

const LEAST_ZOOM = 0.62;

/** A table that is too large for its slide is written smaller, down to what a room can read; then it scrolls. */
function useTablesThatFit(body: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    const node = body.current;
    if (!node) return undefined;
    const fit = (): void => {
      for (const room of node.querySelectorAll<HTMLElement>(".table-scroll")) {
        const table = room.querySelector<HTMLElement>("table");
        if (!table || room.clientHeight === 0) continue;
        table.style.zoom = "1";
        const share = Math.min(room.clientHeight / room.scrollHeight, room.clientWidth / room.scrollWidth);
        table.style.zoom = String(Math.max(LEAST_ZOOM, Math.floor(share * 100) / 100));
      }
    };
    const watch = new MutationObserver(fit);
    watch.observe(node, { childList: true, subtree: true, characterData: true });
    fit();
    return () => watch.disconnect();
  }, []);
}

const whoseOf = (page: Page): string => {
  const { clients, session } = page.loaded;
  const chosen = clients.find((one) => one.value === page.choices.value.client);
  return chosen?.label ?? (clients.length === 1 ? clients[0]?.label : undefined) ?? session.workspace.name;
};

function TitleSlide({ page }: { readonly page: Page }): JSX.Element {
  const { locale, brand } = page;
  const end = useExtent(page)?.end ?? null;
  const last = end !== null && end > page.today ? page.today : end;
  return (
    <section class="slide slide-title">
      {brand ? brand.logo && <picture>{brand.logo_dark && <source srcset={brand.logo_dark} media="(prefers-color-scheme: dark)" />}<img class="slide-logo" src={brand.logo} alt={brand.name} /></picture> : <Logo />}
      <h1 class="slide-report">{textOf(page.loaded.report.title, locale)}</h1>
      <p class="slide-whose">{whoseOf(page)}</p>
      <p class="slide-period">{rangeText(page.range, locale)}</p>
      <p class="slide-foot">{[last ? phrase(locale, "dataUntil", { day: cardDay(last, locale) }) : "", page.brand?.footer ?? ""].filter(Boolean).join(" · ")}</p>
    </section>
  );
}

function OneSlide({ page, slide }: { readonly page: Page; readonly slide: Exclude<Slide, { kind: "title" }> }): JSX.Element {
  const { locale } = page;
  const single = slide.items.length === 1 ? slide.items[0] : undefined;
  const body = useRef<HTMLDivElement>(null);
  useTablesThatFit(body);
  return (
    <section class="slide">
      <header class="slide-head">
        <h1 class="slide-name">{textOf(slide.page.title, locale)}</h1>
        <p class="slide-about">{[whoseOf(page), rangeText(page.range, locale)].join(" · ")}</p>
      </header>
      <div ref={body} class={`slide-body slide-${slide.kind} slide-of-${slide.items.length} ${single ? `slide-${single.type}` : ""}`}>
        {slide.items.map((item) => <div key={item.id} class="slot"><Slot page={page} item={item} /></div>)}
      </div>
    </section>
  );
}
