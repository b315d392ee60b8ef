import type { AttemptOutcome } from "@hookgate/types";

/** Groups of one subscription. What comes after is counted in one group more, of the kind `other`. */
export const FAILURE_GROUPS_MAX = 200;

/** Groups in all; when there are more, those that failed last are kept. */
export const FAILURE_GROUPS_KEPT_MAX = 2_000;

/** How long a group is kept after its last failure, in milliseconds: 30 days. */
export const FAILURE_KEPT_MS = 30 * 86_400_000;

/** Length of the slots in which failures are counted, in milliseconds: ten minutes. */
export const FAILURE_SLOT_MS = 600_000;

/** Slots that are kept: two hours. */
export const FAILURE_SLOTS = 12;

/** Longest example of an error that is kept with a group, in characters. */
export const FAILURE_ERROR_CHARS_MAX = 500;

/** What an operator can say of a group. */
export const FAILURE_STATES = ["open", "acknowledged", "resolved"] as const;

/** `open`: it needs somebody. `acknowledged`: somebody knows. `resolved`: its cause is gone, until it fails again. */
export type FailureState = (typeof FAILURE_STATES)[number];

/** What a failed attempt is known by: the same for the same cause. */
export interface FailureSign {
  /** `flr_` and 32 hexadecimal digits, derived from the subscription and the other fields. */
  id: string;
  kind: Exclude<AttemptOutcome, "succeeded"> | "other";
  /** Status of an endpoint's answer, or class of an error; empty if there is none. */
  errorClass: string;
  /** The message, with digits, ids and times taken out. */
  message: string;
  /** Where in its own code a handler failed; empty if that is not known. */
  frame: string;
  /** Path of a handler's file, or URL of an endpoint; empty for a stream. */
  target: string;
  /** SHA-256 of a handler's file as it was imported, in hexadecimal digits; empty if that is not known. */
  fileSha256: string;
}

/** What an operator said of a group, and when. */
export interface FailureMark {
  state: Exclude<FailureState, "open">;
  /** In milliseconds since 1970. */
  at: number;
  /** Failed attempts by then; of a mark of an earlier release unknown. */
  attempts?: number;
  /** Name of the caller's token or certificate. */
  by: string;
  /** Can be empty. */
  reason: string;
}

/** One delivery of a group. */
export interface FailureSample {
  deliveryId: string;
  eventId: string;
  /** Its error, at most {@linkcode FAILURE_ERROR_CHARS_MAX} characters. */
  error: string;
}

/** Failures by the number of their slot: `Math.floor(time / FAILURE_SLOT_MS)`. */
export type FailureSlots = Readonly<Record<string, number>>;

/** Failed attempts with the same cause. */
export interface FailureGroup extends FailureSign {
  subscription: string;
  /** First and last failed attempt, in milliseconds since 1970. */
  firstAt: number;
  lastAt: number;
  /** Failed attempts. */
  attempts: number;
  /** Deliveries that ended dead. */
  dead: number;
  /** At least those of the last {@linkcode FAILURE_SLOTS} slots. */
  slots: FailureSlots;
  /** Null if nobody has said anything. */
  mark: FailureMark | null;
  /** The one that failed last, as far as that is known. */
  sample: FailureSample;
}

/** Counts failures by their causes. */
export interface Failures {
  /** All groups, in no order; `subscription` restricts them to one. */
  failures(options: { subscription?: string }): Promise<FailureGroup[]>;

  /** One group; null if there is none. */
  failure(id: string): Promise<FailureGroup | null>;

  /** Replaces what an operator said of a group. Returns the group; null if there is none. */
  markFailure(id: string, mark: FailureMark): Promise<FailureGroup | null>;

  /**
   * Removes the groups that last failed before `failedBefore`, and those past the newest {@linkcode FAILURE_GROUPS_KEPT_MAX}.
   * Returns how many.
   */
  pruneFailures(options: { failedBefore: number }): Promise<number>;
}
