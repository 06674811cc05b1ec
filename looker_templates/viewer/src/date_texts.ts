// How days and ranges of days are written in each locale. English, Portuguese and Chinese are composed here:
// Intl's own forms say "Sept", write Portuguese months as numbers, and put Chinese ranges into slashes.

import type { DateRange } from "./dates";
import { MS_PER_DAY, toTime, type Day } from "./days";
import { dateFormat } from "./intl";
import { intlOf } from "./locales";

const MONTHS: { readonly [language: string]: readonly string[] } = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  pt: ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
};
const SHORT: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

const languageOf = (locale: string): string => locale.split("-")[0] ?? "en";
const intl = (locale: string, day: Day, options: Intl.DateTimeFormatOptions): string =>
  dateFormat(intlOf(locale), { ...options, timeZone: "UTC" }).format(toTime(day));

const weekdays = new Map<string, readonly string[]>();

/** The seven names are asked for once: a tooltip has one for every day of a chart. */
function weekday(locale: string, day: Day, width: "short" | "long"): string {
  const key = `${locale} ${width}`;
  let names = weekdays.get(key);
  // 4 January 1970 was a Sunday.
  if (!names) weekdays.set(key, (names = Array.from({ length: 7 }, (_, at) => dateFormat(intlOf(locale), { weekday: width, timeZone: "UTC" }).format((3 + at) * MS_PER_DAY))));
  return names[(((toTime(day) / MS_PER_DAY + 4) % 7) + 7) % 7] ?? "";
}

const number = (day: Day): string => String(Number(day.slice(8)));
const year = (day: Day): string => day.slice(0, 4);
const month = (day: Day): string => String(Number(day.slice(5, 7)));

/** Axis: `9 Sep`. */
export function axisDay(day: Day, locale: string): string {
  const months = MONTHS[languageOf(locale)];
  if (months) return `${number(day)} ${months[Number(day.slice(5, 7)) - 1] ?? ""}`;
  return languageOf(locale) === "zh" ? `${month(day)}月${number(day)}日` : intl(locale, day, SHORT);
}

/** A month on an axis: `Sep`, or `Sep 2026`. */
export function shortMonth(day: Day, locale: string, withYear: boolean): string {
  const name = MONTHS[languageOf(locale)]?.[Number(day.slice(5, 7)) - 1];
  if (name) return withYear ? `${name} ${year(day)}` : name;
  return intl(locale, day, withYear ? { month: "short", year: "numeric" } : { month: "short" });
}

/** Card: `9 Sep 2026`. */
export function cardDay(day: Day, locale: string): string {
  if (MONTHS[languageOf(locale)]) return `${axisDay(day, locale)} ${year(day)}`;
  return languageOf(locale) === "zh" ? `${year(day)}年${axisDay(day, locale)}` : intl(locale, day, { ...SHORT, year: "numeric" });
}

/** Tooltip: `Wed, 9 Sep 2026`. */
export function tooltipDay(day: Day, locale: string): string {
  if (languageOf(locale) === "pt") return `${weekday(locale, day, "long").slice(0, 3)}, ${cardDay(day, locale)}`;
  if (MONTHS[languageOf(locale)]) return `${weekday(locale, day, "short")}, ${cardDay(day, locale)}`;
  if (languageOf(locale) === "zh") return `${cardDay(day, locale)} ${weekday(locale, day, "short")}`;
  return intl(locale, day, { weekday: "short", ...SHORT, year: "numeric" });
}

/** Card: `1–30 Sep 2026`, as short as the two days allow; without `show` the year is left out where both have the same. */
export function rangeText(range: DateRange, locale: string, show = true): string {
  const { start, end } = range;
  const oneYear = year(start) === year(end);
  const oneMonth = start.slice(0, 7) === end.slice(0, 7);
  if (languageOf(locale) === "zh") return chinese(range, oneYear, oneMonth, show, locale);
  if (!MONTHS[languageOf(locale)]) {
    const format = dateFormat(intlOf(locale), { ...SHORT, timeZone: "UTC", ...(show || !oneYear ? { year: "numeric" } : {}) });
    return format.formatRange(toTime(start), toTime(end));
  }
  const tail = show || !oneYear ? ` ${year(end)}` : "";
  if (start === end) return `${axisDay(start, locale)}${tail}`;
  if (!oneYear) return `${cardDay(start, locale)} – ${cardDay(end, locale)}`;
  if (oneMonth) return `${number(start)}–${axisDay(end, locale)}${tail}`;
  return `${axisDay(start, locale)} – ${axisDay(end, locale)}${tail}`;
}

function chinese({ start, end }: DateRange, oneYear: boolean, oneMonth: boolean, show: boolean, locale: string): string {
  const first = show || !oneYear ? cardDay(start, locale) : axisDay(start, locale);
  if (start === end) return first;
  const last = oneMonth ? `${number(end)}日` : oneYear ? axisDay(end, locale) : cardDay(end, locale);
  return `${first}–${last}`;
}

/** A moment in the reader's own clock: `22 Nov 2026, 14:05`. */
export function momentText(moment: Date, locale: string): string {
  const pad = (value: number): string => String(value).padStart(2, "0");
  const day = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
  return `${cardDay(day, locale)}, ${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
}
