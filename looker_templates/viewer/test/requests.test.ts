// request() answers what the golden files say: the same files hold looker_templates/requests.py.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import type { Report } from "../src/report";
import { controlRequest, extentRequest, request, type Ask, type PageState } from "../src/requests";
import type { DataRequest } from "../src/wire";

declare const ROOT: string;

interface Golden {
  readonly report: Report;
  readonly state: PageState;
  readonly items: { readonly [id: string]: readonly Ask[] };
  readonly controls: { readonly [id: string]: DataRequest | null };
  readonly extent: DataRequest;
}

const folder = join(ROOT, "tests/looker_templates/golden");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

test("there are golden files", () => assert.ok(names.length >= 3));

for (const name of names) {
  const golden = JSON.parse(readFileSync(join(folder, name), "utf8")) as Golden;
  const { report, state } = golden;

  test(`${name}: every item asks as in Python`, () => {
    const items = report.pages.flatMap((page) => page.rows.flatMap((row) => row.items));
    assert.deepEqual(items.map((item) => item.id), Object.keys(golden.items));
    for (const item of items) assert.deepEqual(request(report, item, state), golden.items[item.id], item.id);
  });

  test(`${name}: every control and the extent ask as in Python`, () => {
    for (const control of report.controls) {
      if (control.type === "dropdown" || control.type === "list") assert.deepEqual(controlRequest(report, control, state), golden.controls[control.id]);
    }
    assert.deepEqual(extentRequest(report, "ds_tickets", "date_day", "tickets_created", state), golden.extent);
  });
}
