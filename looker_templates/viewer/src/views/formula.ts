// Computes a ratio from its parts by the formula that Looker Studio is given: `1000 * SUM($spend) / SUM($impressions)`.

type Parts = (field: string) => number | null;

/** The value, or null where a part is missing or a divisor is zero. */
export function compute(formula: string, parts: Parts): number | null {
  const tokens = formula.match(/SUM\(\$\w+\)|\d+(?:\.\d+)?|[()+\-*/]/g) ?? [];
  let at = 0;
  const sum = (): number | null => {
    let left = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      const sign = tokens[at++] === "+" ? 1 : -1;
      const right = product();
      left = left === null || right === null ? null : left + sign * right;
    }
    return left;
  };
  const product = (): number | null => {
    let left = atom();
    while (tokens[at] === "*" || tokens[at] === "/") {
      const divides = tokens[at++] === "/";
      const right = atom();
      left = left === null || right === null || (divides && right === 0) ? null : divides ? left / right : left * right;
    }
    return left;
  };
  const atom = (): number | null => {
    const token = tokens[at++] ?? "";
    if (token === "(") {
      const value = sum();
      at += 1;
      return value;
    }
    if (token === "-") {
      const value = atom();
      return value === null ? null : -value;
    }
    return token.startsWith("SUM(") ? parts(token.slice(5, -1)) : Number(token);
  };
  const value = sum();
  return value !== null && Number.isFinite(value) ? value : null;
}

/** The fields that a formula is made of. */
export const partsOf = (formula: string): string[] => [...formula.matchAll(/SUM\(\$(\w+)\)/g)].map((found) => found[1] ?? "");
