import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Problem } from "../src/api";
import { Queries } from "../src/queries";
import type { DataAnswer, DataRequest } from "../src/wire";
import { answer } from "./report_for_tests";

const body = (field: string): DataRequest => ({
  configParams: { workspace: "demo", dataset: "tickets" },
  dateRange: { startDate: "2026-01-01", endDate: "2026-01-31" },
  fields: [{ name: field }],
});

class Server {
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  failing = false;

  readonly fetch = async (request: DataRequest, signal: AbortSignal): Promise<DataAnswer> => {
    const name = request.fields[0]?.name ?? "";
    this.asked.push(name);
    await wait(10, undefined, { signal }).catch((error: unknown) => {
      this.aborted.push(name);
      throw error;
    });
    if (this.failing) throw new Problem("Broken.", 500, "internal_error", "r-1");
    return answer([name], [1]);
  };
}

test("equal requests are sent once", async () => {
  const server = new Server();
  const queries = new Queries(server.fetch, () => undefined);
  const [first, second] = [queries.entry(body("a")), queries.entry(body("a"))];
  assert.equal(first, second);
  queries.hold(first);
  queries.hold(second);
  await wait(30);
  assert.deepEqual(server.asked, ["a"]);
  assert.equal(first.outcome.value.state, "ready");
});

test("a request that nobody waits for is aborted; one that is taken over at once is not", async () => {
  const server = new Server();
  const queries = new Queries(server.fetch, () => undefined);
  const [left, kept] = [queries.entry(body("left")), queries.entry(body("kept"))];
  for (const entry of [left, kept]) queries.hold(entry);
  queries.release(left);
  queries.release(kept);
  queries.hold(kept);
  await wait(30);
  assert.deepEqual(server.aborted, ["left"]);
  assert.deepEqual([left.outcome.value.state, kept.outcome.value.state], ["waiting", "ready"]);
  queries.hold(left);
  await wait(30);
  assert.equal(left.outcome.value.state, "ready");
});

test("a failure is told once, and trying again can cure it", async () => {
  const server = new Server();
  const told: Problem[] = [];
  const queries = new Queries(server.fetch, (problem) => told.push(problem));
  server.failing = true;
  const entry = queries.entry(body("a"));
  queries.hold(entry);
  await wait(30);
  assert.equal(entry.outcome.value.state, "failed");
  assert.deepEqual(told.map((problem) => problem.reference), ["r-1"]);
  server.failing = false;
  queries.retry();
  await wait(30);
  assert.equal(entry.outcome.value.state, "ready");
});

test("an old answer is asked for again while it stays on show", async () => {
  const server = new Server();
  let now = 0;
  const queries = new Queries(server.fetch, () => undefined, () => now);
  const entry = queries.entry(body("a"));
  queries.hold(entry);
  await wait(30);
  queries.release(entry);
  queries.hold(entry);
  assert.deepEqual(server.asked, ["a"]);
  queries.release(entry);
  now = 6 * 60_000;
  queries.hold(entry);
  assert.equal(entry.outcome.value.state, "ready");
  await wait(30);
  assert.deepEqual(server.asked, ["a", "a"]);
});
