// The browser's own formatters, each made once: making one takes as long as writing hundreds of numbers with it.

const made = new Map<string, unknown>();

function once<T>(kind: string, locale: string, options: object, make: () => T): T {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  let found = made.get(key);
  if (found === undefined) made.set(key, (found = make()));
  return found as T;
}

export const numberFormat = (locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  once("number", locale, options, () => new Intl.NumberFormat(locale, options));

export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once("date", locale, options, () => new Intl.DateTimeFormat(locale, options));

export const pluralRules = (locale: string): Intl.PluralRules => once("plural", locale, {}, () => new Intl.PluralRules(locale));

export const regionNames = (locale: string): Intl.DisplayNames =>
  once("region", locale, {}, () => new Intl.DisplayNames(locale, { type: "region" }));
