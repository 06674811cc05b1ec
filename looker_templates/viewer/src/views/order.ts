// The order of values that are not numbers: by their figures where they have some, the missing one last.

export function naturally(left: string | null, right: string | null): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return left.localeCompare(right, "en", { numeric: true });
}
