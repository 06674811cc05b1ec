// Status words: good, watch, bad, no goal, and the bands of a health score. Each has a shape, a tone and a word.

import type { Word } from "./words";

export type Tone = "good" | "watch" | "bad" | "none";

export interface Status {
  readonly tone: Tone;
  readonly shape: "●" | "◆" | "■" | "○";
  readonly word: Word;
}

const SHAPES = { good: "●", watch: "◆", bad: "■", none: "○" } as const;
const status = (tone: Tone, word: Word): Status => ({ tone, shape: SHAPES[tone], word });

const KNOWN: { readonly [value: string]: Status } = {
  good: status("good", "good"), watch: status("watch", "watch"), bad: status("bad", "bad"), "no goal": status("none", "noGoal"),
  no_goal: status("none", "noGoal"), within: status("good", "within"), outside: status("bad", "outside"),
  "not enough data": status("none", "noData"), green: status("good", "green"), amber: status("watch", "amber"), red: status("bad", "red"),
};

const SLA: { readonly [value: string]: Status } = {
  ok: status("good", "slaOk"), due_24h: status("watch", "slaDue"), breached: status("bad", "slaBreached"), none: status("none", "slaNone"),
};

/** Codes of the data that are words, but no statuses. */
const CODES: { readonly [field: string]: { readonly [value: string]: Word } } = {
  nps_band: { excellent: "excellent", "very good": "veryGood", reasonable: "reasonable", "needs work": "needsWork" },
  annotation_kind: { event: "event", cause: "cause", action: "action", release: "release", incident: "incident", campaign: "campaign", holiday: "holiday", note: "note" },
};

/** The status that a value of the data stands for; null if it is none. */
export const statusOf = (value: string, field = ""): Status | null => (field === "sla_state" ? SLA : KNOWN)[value.toLowerCase()] ?? null;

const STATUS_FIELD = /(_status|_band|^sla_state)$/;

/** The word for a code of the data; null where a value is written as it stands. */
export const codeWord = (field: string, value: string): Word | null =>
  CODES[field]?.[value.toLowerCase()] ?? (STATUS_FIELD.test(field) ? (statusOf(value, field)?.word ?? null) : null);

/** A goal's status, as the words of a KPI card. */
export const GOAL_STATUS: { readonly [tone in Tone]: Status } = {
  good: status("good", "onGoal"), watch: status("watch", "nearGoal"), bad: status("bad", "offGoal"), none: status("none", "noGoal"),
};
