import { hash } from "node:crypto";
import type { Outcome } from "./deliveries.ts";
import {
  FAILURE_ERROR_CHARS_MAX,
  FAILURE_GROUPS_KEPT_MAX,
  FAILURE_GROUPS_MAX,
  FAILURE_SLOT_MS,
  FAILURE_SLOTS,
  type FailureGroup,
  type FailureSample,
  type FailureSign,
  type FailureSlots,
  type FailureState,
} from "./failures.ts";

/** Digits in an id of a group. */
const ID_DIGITS = 32;

/** Makes the id of a group: the same for the same parts. */
export function failureId(parts: readonly string[]): string {
  return `flr_${hash("sha256", JSON.stringify(parts)).slice(0, ID_DIGITS)}`;
}

/** Whether it is the id of a group. */
export function isFailureId(id: string): boolean {
  return /^flr_[0-9a-f]{32}$/.test(id);
}

/** What a subscription's failures are counted as once it has too many groups. */
export function otherFailures(subscription: string): FailureSign {
  return {
    id: failureId([subscription, "other"]),
    kind: "other",
    errorClass: "",
    message: "further failures: the subscription has too many kinds of them",
    frame: "",
    target: "",
    fileSha256: "",
  };
}

/** What a batch of outcomes adds to one group. */
export interface FailureAddition {
  sign: FailureSign;
  subscription: string;
  attempts: number;
  dead: number;
  sample: FailureSample;
}

/** What a store has before a batch is written. */
export interface KnownFailures {
  isKnown(id: string): boolean;
  /** Groups of a subscription, counted up to FAILURE_GROUPS_MAX. */
  groups(subscription: string): number;
}

/** The failures of the outcomes that are written together, by their groups. */
export class FailureBatch {
  readonly #known: KnownFailures;
  readonly #additions = new Map<string, FailureAddition>();
  /** Groups that this batch begins, by subscription. */
  readonly #begun = new Map<string, number>();

  constructor(known: KnownFailures) {
    this.#known = known;
  }

  /** What it adds to each group. */
  get additions(): readonly FailureAddition[] {
    return [...this.#additions.values()];
  }

  /** Adds an outcome of a delivery. Returns the id of its group; null if the attempt did not fail. */
  add(
    { failure, attempt, next, deliveryId }: CountedOutcome,
    { subscription, eventId }: { subscription: string; eventId: string },
  ): string | null {
    if (failure === null) return null;
    const sign = this.#bounded(failure, subscription);
    const { attempts = 0, dead = 0 } = this.#additions.get(sign.id) ?? {};
    const error = (attempt?.error ?? "").slice(0, FAILURE_ERROR_CHARS_MAX).toWellFormed();
    this.#additions.set(sign.id, {
      sign,
      subscription,
      attempts: attempts + 1,
      dead: dead + (next.state === "dead" ? 1 : 0),
      sample: { deliveryId, eventId, error },
    });
    return sign.id;
  }

  /** The group that a failure is counted in. */
  #bounded(failure: FailureSign, subscription: string): FailureSign {
    if (this.#additions.has(failure.id) || this.#known.isKnown(failure.id)) return failure;
    const begun = this.#begun.get(subscription) ?? 0;
    if (this.#known.groups(subscription) + begun >= FAILURE_GROUPS_MAX) {
      return otherFailures(subscription);
    }
    this.#begun.set(subscription, begun + 1);
    return failure;
  }
}

/** What {@linkcode FailureBatch} reads of an outcome. */
type CountedOutcome = Pick<Outcome, "deliveryId" | "failure" | "attempt" | "next">;

/** The number of the slot of a time. */
export function slotAt(now: number): number {
  return Math.floor(now / FAILURE_SLOT_MS);
}

/** Slots with so many failures more, and without those that are too old. */
export function addToSlots(slots: FailureSlots, added: number, now: number): FailureSlots {
  const slot = slotAt(now);
  const kept = Object.entries(slots).filter(([number]) => isRecent(Number(number), slot));
  return { ...Object.fromEntries(kept), [slot]: (slots[slot] ?? 0) + added };
}

/** Whether a slot is one of the last {@linkcode FAILURE_SLOTS}. */
export function isRecent(slot: number, current: number): boolean {
  return slot > current - FAILURE_SLOTS && slot <= current;
}

/** Failures of each of the last {@linkcode FAILURE_SLOTS} slots, oldest first; the last one is in progress. */
export function recentFailures(slots: FailureSlots, now: number): number[] {
  const first = slotAt(now) - FAILURE_SLOTS + 1;
  return Array.from({ length: FAILURE_SLOTS }, (_, index) => slots[first + index] ?? 0);
}

/** The state of a group: one that was resolved is open again if it has failed since. */
export function failureState(group: Marked): FailureState {
  if (group.mark === null || hasReturned(group)) return "open";
  return group.mark.state;
}

/** Whether a group was resolved and has failed since: by its count, because the clock may have been set back meanwhile. */
export function hasReturned({ mark, lastAt, attempts }: Marked): boolean {
  if (mark?.state !== "resolved") return false;
  return lastAt > mark.at || attempts > (mark.attempts ?? attempts);
}

type Marked = Pick<FailureGroup, "mark" | "lastAt" | "attempts">;

/** The ids of groups to remove. */
export function failuresToPrune(
  groups: readonly { id: string; lastAt: number }[],
  { failedBefore }: { failedBefore: number },
): string[] {
  return groups
    .toSorted((one, other) => other.lastAt - one.lastAt)
    .filter(({ lastAt }, index) => index >= FAILURE_GROUPS_KEPT_MAX || lastAt < failedBefore)
    .map(({ id }) => id);
}
