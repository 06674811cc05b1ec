import assert from "node:assert/strict";
import test from "node:test";
import { shortMonth } from "../src/date_texts";
import { axisDay, cardDay, rangeText, tooltipDay } from "../src/dates";
import { LOCALES, localeOf } from "../src/locales";
import { changeOf, formatDuration, formatNumber, kindOfColumn } from "../src/numbers";
import { phrase, PHRASES, type PhraseKey } from "../src/phrases";
import golden from "./locales.json";

const EUR = { currency: "EUR" };

const WRITTEN: { readonly [name in keyof typeof golden]: (locale: string) => string | undefined } = {
  "count card 4221": (locale) => formatNumber(4221, "count", "card", locale),
  "count card 99999": (locale) => formatNumber(99_999, "count", "card", locale),
  "count card 123456": (locale) => formatNumber(123_456, "count", "card", locale),
  "count table 123456": (locale) => formatNumber(123_456, "count", "table", locale),
  "count axis 1500": (locale) => formatNumber(1500, "count", "axis", locale),
  "money card 8010.4": (locale) => formatNumber(8010.4, EUR, "card", locale),
  "money card 80.1": (locale) => formatNumber(80.1, EUR, "card", locale),
  "money axis 12500": (locale) => formatNumber(12_500, EUR, "axis", locale),
  "percent card 0.803": (locale) => formatNumber(0.803, "percent", "card", locale),
  "percent axis 0.8": (locale) => formatNumber(0.8, "percent", "axis", locale),
  "change 12": (locale) => changeOf(112, 100, "count", "neutral", locale)?.text,
  "points 1.2": (locale) => changeOf(0.812, 0.8, "percent", "neutral", locale)?.text,
  "score card 42": (locale) => formatNumber(42.4, "score", "card", locale),
  "score card -7": (locale) => formatNumber(-7, "score", "card", locale),
  "ratio card 3.44": (locale) => formatNumber(3.44, "ratio", "card", locale),
  "decimal card 12.34": (locale) => formatNumber(12.34, "decimal", "card", locale),
  "duration 54": (locale) => formatDuration(54, "card", locale),
  "duration 114.3": (locale) => formatDuration(114.3, "card", locale),
  "duration 7500": (locale) => formatDuration(7500, "card", locale),
  "duration 273600": (locale) => formatDuration(273_600, "card", locale),
  "duration axis 5400": (locale) => formatDuration(5400, "axis", locale),
  none: (locale) => formatNumber(null, "count", "card", locale),
  zero: (locale) => formatNumber(0, "count", "card", locale),
  "axis day": (locale) => axisDay("2026-09-09", locale),
  "card day": (locale) => cardDay("2026-09-09", locale),
  "tooltip day": (locale) => tooltipDay("2026-09-09", locale),
  month: (locale) => shortMonth("2026-09-01", locale, true),
  "range month": (locale) => rangeText({ start: "2026-09-01", end: "2026-09-30" }, locale),
  "range months": (locale) => rangeText({ start: "2026-08-27", end: "2026-09-30" }, locale, false),
  "range years": (locale) => rangeText({ start: "2025-12-27", end: "2026-01-02" }, locale),
};

test("numbers and dates are written in each locale as the golden file says", () => {
  for (const [name, texts] of Object.entries(golden)) {
    for (const [locale, text] of Object.entries(texts)) assert.equal(WRITTEN[name as keyof typeof golden](locale), text, `${name} in ${locale}`);
  }
});

test("a table's column has the digits of its largest value", () => {
  assert.deepEqual(kindOfColumn(EUR, [12.5, -2000, null]), { currency: "EUR", digits: 0 });
  assert.deepEqual(kindOfColumn(EUR, [12.5, 999]), { currency: "EUR", digits: 2 });
  assert.deepEqual(kindOfColumn("decimal", [3, 4]), { digits: 0 });
  assert.deepEqual(kindOfColumn("decimal", [3.25, 4]), { digits: 1 });
  assert.equal(kindOfColumn("percent", [0.2]), "percent");
  assert.equal(formatNumber(12.5, { currency: "EUR", digits: 0 }, "table", "en"), "€13");
  assert.equal(formatNumber(-0.2, { digits: 0 }, "table", "en"), "0");
  assert.equal(formatNumber(-1200, "count", "table", "en"), "−1,200");
});

const keys = (locale: string): string[] => Object.keys(PHRASES[locale] ?? {}).sort();
const textsOf = (phrase: unknown): string[] => (typeof phrase === "string" ? [phrase] : Object.values(phrase as Record<string, string>));
const placesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test("every locale has every phrase, with the same places for values", () => {
  assert.deepEqual(Object.keys(PHRASES).sort(), LOCALES.map(([code]) => code).sort());
  for (const [locale] of LOCALES) {
    assert.deepEqual(keys(locale), keys("en"), locale);
    for (const key of keys("en")) {
      const english = placesIn(textsOf(PHRASES["en"]?.[key]).at(-1) ?? "");
      for (const text of textsOf(PHRASES[locale]?.[key])) {
        assert.ok(text.trim(), `${locale} ${key} is empty`);
        assert.deepEqual(placesIn(text), english, `${locale} ${key}`);
      }
    }
  }
});

// Words that are the same in two languages: names, units, loans.
const SAME = /^(durationUnits|points|versus|from|to|all|none|client|period|filters|commentary|page|pages|more|path|explore|formula|unit|about|highest|lowest|sources|goalIs|numbers|between|noGoal|reports|unitPercent|unitRatio|unitNumber|dataUntil)$/;

test("no phrase is left in English, and Romanian has its own letters", () => {
  for (const [locale] of LOCALES.slice(1)) {
    const left = keys("en").filter((key) => !SAME.test(key) && JSON.stringify(PHRASES[locale]?.[key]) === JSON.stringify(PHRASES["en"]?.[key]));
    assert.deepEqual(left, [], locale);
  }
  const romanian = JSON.stringify(PHRASES["ro"]);
  assert.ok(/[șț]/.test(romanian) && !/[şţŞŢ]/.test(romanian));
});

test("plural forms follow the language", () => {
  const clients = (locale: string, count: number): string => phrase(locale, "clientsCount", { count });
  assert.deepEqual([1, 3, 25].map((count) => clients("ro", count)), ["1 client", "3 clienți", "25 de clienți"]);
  assert.deepEqual([1, 6].map((count) => clients("el", count)), ["1 πελάτης", "6 πελάτες"]);
  assert.equal(clients("zh-Hans", 6), "6 个委托方账户");
  assert.equal(phrase("de", "share" satisfies PhraseKey), "Share");
  assert.deepEqual(["pt-BR", "zh_CN", "EL", "de", "", null].map(localeOf), ["pt", "zh-Hans", "el", null, null, null]);
});
