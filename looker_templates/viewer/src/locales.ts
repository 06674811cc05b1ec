// The locales that are shipped, and what the browser's own formatter is asked for in each.

export type Locale = "en" | "pt" | "es" | "ro" | "el" | "zh-Hans";

/** Each locale under its own name, as a menu shows it. */
export const LOCALES: readonly (readonly [Locale, string])[] = [
  ["en", "English"],
  ["pt", "Português"],
  ["es", "Español"],
  ["ro", "Română"],
  ["el", "Ελληνικά"],
  ["zh-Hans", "简体中文"],
];

/** The shipped locale that serves a tag such as `pt-BR` or `zh_CN`; null if there is none. */
export function localeOf(tag: string | null | undefined): Locale | null {
  const language = (tag ?? "").trim().replace("_", "-").split("-")[0]?.toLowerCase();
  return LOCALES.find(([code]) => code.split("-")[0] === language)?.[0] ?? null;
}

/** Portuguese is written as in Brazil, like the catalogue; for the others the language says enough. */
export const intlOf = (locale: string): string => (locale === "pt" ? "pt-BR" : locale);
