// Readers' notes on the report and its items: asked for once it stands, and again for another client.

import { signal, type Signal } from "@preact/signals";
import { getNotes, postNote } from "./api";
import type { ReaderNote } from "./wire";

export interface NoteWish {
  readonly text: string;
  readonly rating: number | null;
  readonly name: string;
}

export class Notes {
  readonly list: Signal<readonly ReaderNote[]> = signal([]);
  private of: string | null = null;

  constructor(private readonly template: string) {}

  /** Reads the notes that this reader may see; without them the report is whole all the same. */
  async load(client: string | null): Promise<void> {
    const of = client ?? "";
    if (this.of === of) return;
    this.of = of;
    const found = await getNotes({ template: this.template, ...(client ? { client } : {}) }).catch(() => null);
    if (found && this.of === of) this.list.value = found.notes;
  }

  /** The notes on one item; those on the report as a whole for null. */
  on(item: string | null): readonly ReaderNote[] {
    return this.list.value.filter((one) => one.item === item && !one.resolved);
  }

  get open(): number {
    return this.list.value.filter((one) => !one.resolved).length;
  }

  async leave(wish: NoteWish, item: string | null, client: string | null, from: string, to: string): Promise<void> {
    const kept = await postNote({
      template: this.template, from, to, text: wish.text, name: wish.name, ...(wish.rating === null ? {} : { rating: wish.rating }), ...(item === null ? {} : { item }), ...(client ? { client } : {}),
    });
    this.list.value = [kept, ...this.list.value];
  }
}
