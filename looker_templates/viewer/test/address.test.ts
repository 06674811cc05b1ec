import assert from "node:assert/strict";
import test from "node:test";
import { readAddress, toggleFilter, withFilter, writeAddress } from "../src/address";

test("an address is read and written back", () => {
  const text = "?client=aegean-stores&from=2025-03-01&to=2025-03-31&f.category=A%26B&f.category=&f.channel=voice";
  const choices = readAddress(text);
  assert.deepEqual(choices, {
    client: "aegean-stores",
    range: { start: "2025-03-01", end: "2025-03-31" },
    filters: { category: ["A&B", null], channel: ["voice"] },
  });
  assert.equal(writeAddress(choices), text);
  assert.equal(writeAddress({ client: null, range: null, filters: {} }), "");
});

test("what is not a period or a filter is left out", () => {
  const nothing = { client: null, range: null, filters: {} };
  for (const text of ["", "?from=2025-03-31&to=2025-03-01", "?from=2025-02-30&to=2025-03-01", "?from=2025-03-01", "?f.=x&f.A=x&utm=1"]) {
    assert.deepEqual(readAddress(text), nothing, text);
  }
});

test("a value is put in once and taken out again", () => {
  const one = toggleFilter({}, "channel", "voice");
  const two = toggleFilter(one, "channel", null);
  assert.deepEqual(two, { channel: ["voice", null] });
  assert.deepEqual(toggleFilter(toggleFilter(two, "channel", "voice"), "channel", null), {});
  assert.deepEqual(withFilter({ a: ["1"], b: ["2"] }, "a", []), { b: ["2"] });
});
