// Days and their times at midnight in UTC. Each is worked out once: all charts of a page speak of the same few days.

export type Day = string;

export const MS_PER_DAY = 86_400_000;
const MOST_KEPT = 20_000;
const times = new Map<Day, number>();
const days = new Map<number, Day>();

/** The time of a day; NaN if it is none. */
export function toTime(day: Day): number {
  let time = times.get(day);
  if (time === undefined) keep(times, day, (time = Date.parse(`${day}T00:00:00Z`)));
  return time;
}

export function toDay(time: number): Day {
  let day = days.get(time);
  if (day === undefined) keep(days, time, (day = new Date(time).toISOString().slice(0, 10)));
  return day;
}

function keep<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value): void {
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, value);
}
