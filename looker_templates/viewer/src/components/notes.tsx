// What readers say about a report or one of its items: the number on a card, the list with answers, the form.

import { useEffect, useRef, useState } from "preact/hooks";
import type { JSX } from "preact";
import { Problem } from "../api";
import { labelOf, textOf } from "../context";
import { momentText } from "../date_texts";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Item } from "../report";
import type { ReaderNote } from "../wire";
import { Icon } from "./icons";
import { problemText } from "./states";

const MOST_TEXT = 2000;
const STARS = [1, 2, 3, 4, 5];

const titleOf = (page: Page, item: Item): string =>
  textOf("title" in item ? item.title : undefined, page.locale) || ("metrics" in item ? labelOf(page.context.value, item.metrics[0] ?? "") : phrase(page.locale, "commentary"));

/** How many notes there are on a card; nothing where there is none. */
export function NoteCount({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const count = page.can("note") ? page.notes.on(item.id).length : 0;
  if (count === 0) return null;
  return (
    <>
      <button type="button" class="card-notes" aria-label={phrase(page.locale, "notesOn", { count, title: titleOf(page, item) })} onClick={() => setOpen(true)}>
        <Icon name="note" />{count}
      </button>
      {open && <NotesDialog page={page} item={item} close={() => setOpen(false)} />}
    </>
  );
}

/** The notes of an item, or of the whole report with those of its items. */
export function NotesDialog({ page, item, close }: { readonly page: Page; readonly item: Item | null; readonly close: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { locale } = page;
  const id = `${item?.id ?? "report"}-notes`;
  const title = item === null ? textOf(page.loaded.report.title, locale) : titleOf(page, item);
  const notes = item === null ? page.notes.list.value.filter((one) => !one.resolved) : page.notes.on(item.id);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog notes" aria-labelledby={id} onClose={close} onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 class="dialog-title" id={id}>{phrase(locale, "notes")}: {title}</h2>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>{phrase(locale, "close")}</button>
        </header>
        {notes.length === 0 && <p class="dialog-text">{phrase(locale, "notesNone")}</p>}
        <ul class="notes-list">{notes.map((one) => <OneNote key={one.id} page={page} note={one} named={item === null} />)}</ul>
        <NoteForm page={page} item={item} id={id} />
      </div>
    </dialog>
  );
}

function OneNote({ page, note, named }: { readonly page: Page; readonly note: ReaderNote; readonly named: boolean }): JSX.Element {
  const { locale } = page;
  const about = named && note.item ? page.itemOf(note.item) : undefined;
  const when = note.written_at ? momentText(new Date(note.written_at), locale) : "";
  return (
    <li class="note">
      <p class="note-head"><b>{note.author}</b> <span>{[when, about ? titleOf(page, about) : ""].filter(Boolean).join(" · ")}</span></p>
      {note.rating !== null && <p class="note-stars" role="img" aria-label={phrase(locale, "ratingOf", { count: note.rating })}>{"★".repeat(note.rating)}<span>{"★".repeat(STARS.length - note.rating)}</span></p>}
      {note.text && <p class="note-text">{note.text}</p>}
      {note.reply && <p class="note-reply"><b>{phrase(locale, "answer")}</b> {note.reply}</p>}
    </li>
  );
}

type Sending = "no" | "sending" | "sent" | Problem;

function NoteForm({ page, item, id }: { readonly page: Page; readonly item: Item | null; readonly id: string }): JSX.Element {
  const { locale } = page;
  const [text, setText] = useState("");
  const [name, setName] = useState(page.readerName);
  const [rating, setRating] = useState<number | null>(null);
  const [sending, setSending] = useState<Sending>("no");
  const asksName = page.loaded.session.share != null;
  const ready = (text.trim() !== "" || rating !== null) && (!asksName || name.trim() !== "") && sending !== "sending";
  const send = (): void => {
    const { start, end, client } = page.context.value.state;
    setSending("sending");
    page.readerName = name;
    page.notes.leave({ text, rating, name: asksName ? name : "" }, item?.id ?? null, client, start, end).then(
      () => (setSending("sent"), setText(""), setRating(null)),
      (error: unknown) => setSending(error instanceof Problem ? error : new Problem(String(error), 0, "unexpected", null)),
    );
  };
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send();
      }}
    >
      <fieldset class="stars">
        <legend>{phrase(locale, "rating")}</legend>
        {STARS.map((one) => (
          <label key={one} class={rating !== null && one <= rating ? "star star-on" : "star"}>
            <input type="radio" class="unseen" name={`${id}-stars`} checked={rating === one} onChange={() => setRating(one)} aria-label={phrase(locale, "ratingOf", { count: one })} />
            <span aria-hidden="true">★</span>
          </label>
        ))}
      </fieldset>
      <label class="note-field">{phrase(locale, "noteText")}
        <textarea rows={3} maxLength={MOST_TEXT} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {asksName && (
        <label class="note-field">{phrase(locale, "yourName")}
          <input maxLength={80} autocomplete="name" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
      )}
      <div class="state-actions">
        <button type="submit" class="button button-primary" disabled={!ready}>{phrase(locale, "send")}</button>
        <span role="status" class="note-told">{sending === "sent" ? phrase(locale, "noteSent") : sending instanceof Problem ? problemText(sending, locale) : ""}</span>
      </div>
    </form>
  );
}
