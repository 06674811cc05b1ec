// The keys of a chart: what stands for what. Drawn as a list on screen, and into the picture for PDF and mail.

export type Mark = "line" | "previous" | "forecast" | "band" | "soFar" | "goal" | "reference" | "box" | "open" | "dot" | "tick" | "good" | "watch" | "bad";

export interface Key {
  readonly name: string;
  readonly mark: Mark;
  /** Index of the series colour; -1 is the grey of "Other". */
  readonly color: number;
}

/** A scale of seven steps with its two ends in words. */
export interface Scale {
  /** Up to the full series colour, where no text stands on it; else up to 44 %. */
  readonly strong: boolean;
  readonly low: string;
  readonly high: string;
}
