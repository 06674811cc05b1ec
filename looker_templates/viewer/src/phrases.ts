// What the viewer itself says: phrases/<locale>.json, the same keys in each; a test finds any that is missing.
// A phrase is a text, or one text for each plural form of `count`. `{name}` stands for a value.

import { numberFormat, pluralRules } from "./intl";
import { intlOf, localeOf } from "./locales";
import el from "./phrases/el.json";
import en from "./phrases/en.json";
import es from "./phrases/es.json";
import pt from "./phrases/pt.json";
import ro from "./phrases/ro.json";
import zh from "./phrases/zh-Hans.json";

export type Phrase = string | { readonly [form: string]: string };
export type PhraseKey = keyof typeof en;

export const PHRASES: { readonly [locale: string]: { readonly [key: string]: Phrase } } = { en, pt, es, ro, el, "zh-Hans": zh };

type Values = { readonly [name: string]: string | number };

export function phrase(locale: string, key: PhraseKey, values: Values = {}): string {
  const found = PHRASES[localeOf(locale) ?? "en"]?.[key] ?? en[key];
  return form(found, locale, values).replace(/\{(\w+)\}/g, (_, name: string) => written(values[name], locale));
}

function form(found: Phrase, locale: string, values: Values): string {
  if (typeof found === "string") return found;
  const rule = pluralRules(intlOf(locale)).select(Number(values["count"] ?? 0));
  return found[rule] ?? found["other"] ?? "";
}

const written = (value: string | number | undefined, locale: string): string =>
  typeof value === "number" ? numberFormat(intlOf(locale)).format(value) : (value ?? "");
