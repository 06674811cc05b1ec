import assert from "node:assert/strict";
import test from "node:test";
import { NOTHING_CHOSEN, readAddress, toggleFilter, withFilter, without, writeAddress } from "../src/address";

test("an address is read and written back", () => {
  const text =
    "?page=team&client=aegean-stores&from=2025-03-01&to=2025-03-31&compare=previous_year" +
    "&f.category=A%26B&f.category=&f.channel=voice&s.subject=late+or+lost&n.score=-1.5..5&t.open=0&d.by_region=Attica&d.by_region=&asof=now&lang=pt&present=3";
  const choices = readAddress(text);
  assert.deepEqual(choices, {
    page: "team",
    client: "aegean-stores",
    range: { start: "2025-03-01", end: "2025-03-31" },
    compare: "previous_year",
    filters: { category: ["A&B", null], channel: ["voice"] },
    searches: { subject: "late or lost" },
    ranges: { score: [-1.5, 5] },
    toggles: { open: false },
    drills: { by_region: ["Attica", null] },
    asOfNow: true,
    lang: "pt",
    present: 3,
  });
  assert.equal(writeAddress(choices), text);
  assert.equal(writeAddress(NOTHING_CHOSEN), "");
});

test("what is not a choice is left out", () => {
  const wrong = [
    "", "?from=2025-03-31&to=2025-03-01", "?from=2025-02-30&to=2025-03-01", "?from=2025-03-01", "?f.=x&f.A=x&utm=1",
    "?compare=last_week", "?n.score=5..1", "?n.score=1-5", "?s.subject=+", "?t.open=yes", "?page=&client=&lang=",
  ];
  for (const text of wrong) assert.deepEqual(readAddress(text), NOTHING_CHOSEN, text);
});

test("a value is put in once and taken out again", () => {
  const one = toggleFilter({}, "channel", "voice");
  const two = toggleFilter(one, "channel", null);
  assert.deepEqual(two, { channel: ["voice", null] });
  assert.deepEqual(toggleFilter(toggleFilter(two, "channel", "voice"), "channel", null), {});
  assert.deepEqual(withFilter({ a: ["1"], b: ["2"] }, "a", []), { b: ["2"] });
  assert.deepEqual(without({ a: 1, b: 2 }, "a"), { b: 2 });
  assert.deepEqual(readAddress("?f.channel=voice&f.channel=voice").filters, { channel: ["voice"] });
});
