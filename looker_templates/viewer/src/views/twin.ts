// Every chart has a twin: the same numbers as a table, on screen as text and in a file as plain values.

export interface Twin {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly raw: readonly (readonly (string | number | null)[])[];
}

/** A twin that is written when somebody looks at it: most are never opened. */
export function lazily(make: () => Twin): Twin {
  let made: Twin | null = null;
  const twin = (): Twin => (made ??= make());
  return {
    get columns() { return twin().columns; },
    get rows() { return twin().rows; },
    get raw() { return twin().raw; },
  };
}

/** CSV with CRLF and a byte-order mark, so that spreadsheets read it as UTF-8; null is an empty cell. */
export function toCsv(twin: Twin): string {
  const lines = [twin.columns, ...twin.raw].map((cells) => cells.map(cell).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** Text that a spreadsheet would run as a formula is kept text by an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
