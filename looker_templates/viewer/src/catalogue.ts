// The fields of a report's datasets: labels in the reader's language, money in the chosen clients' currency.

import { signal, type Signal } from "@preact/signals";
import { getSchema } from "./api";
import { fieldsOf, type Fields } from "./formats";
import type { Report } from "./report";
import type { SchemaField } from "./wire";

export class Catalogue {
  readonly fields: Signal<Fields> = signal({ all: new Map(), of: new Map() });
  private readonly asked = new Map<string, Promise<readonly SchemaField[]>>();
  private wanted = "";

  constructor(
    private readonly report: Report,
    private readonly workspace: string,
  ) {}

  /** Takes the fields of every dataset for a client and a language; the last wish wins. */
  async load(client: string | null, language: string): Promise<void> {
    const wish = `${client ?? ""} ${language}`;
    this.wanted = wish;
    const datasets = [...new Set(Object.values(this.report.sources).map((source) => source.dataset))];
    const schemas = await Promise.all(datasets.map(async (dataset) => [dataset, await this.schema(dataset, client, language)] as const));
    if (this.wanted === wish) this.fields.value = fieldsOf(this.report, schemas);
  }

  private schema(dataset: string, client: string | null, language: string): Promise<readonly SchemaField[]> {
    const params = { workspace: this.workspace, dataset, language, ...(client ? { client } : {}) };
    const key = JSON.stringify(params);
    let asked = this.asked.get(key);
    if (!asked) {
      this.asked.set(key, (asked = getSchema(params).then((answer) => answer.schema)));
      // A failure is not remembered.
      asked.catch(() => this.asked.delete(key));
    }
    return asked;
  }
}
