/** What one step of {@linkcode Upkeep.checkStep} saw. */
export interface CheckedStep {
  /** Where to continue; null at the end. */
  cursor: string | null;
  events: number;
  deliveries: number;
  /** What is wrong, a sentence each. */
  problems: readonly string[];
}

/** One thing that the store's promises rest on. */
export interface DurabilityFact {
  /** What it is, in a few words. */
  what: string;
  value: string;
  /** Why that is wrong, a sentence; empty if it is right. */
  problem: string;
  /** Whether events can be lost by it, rather than only in a disaster. */
  severe: boolean;
}

/** Looks whether what is stored is whole. */
export interface Upkeep {
  /**
   * Looks at the next events, whose bodies must have the digest that was taken when they came, then at the next deliveries, each of
   * which must have its event. Bounded work, so that everything else goes on meanwhile; null begins at the first event.
   *
   * @throws {RangeError} for a cursor that is not one of an answer.
   */
  checkStep(cursor: string | null): Promise<CheckedStep>;

  /** What the promise rests on that what was acknowledged is kept. */
  durability(): Promise<DurabilityFact[]>;
}

/** A copy of the whole store that was made while it was in use. */
export interface Backup {
  /** Absolute path, on the dispatcher's machine. */
  path: string;
  bytes: number;
}

/** Events that one step looks at, and bytes of their bodies; deliveries that one step looks at. */
export const CHECK_EVENTS_MAX = 100;
export const CHECK_BYTES_MAX = 2 * 1024 * 1024;
export const CHECK_DELIVERIES_MAX = 500;

const CURSOR = /^(events|deliveries):([\w-]*)$/;

/** Where a check continues: after the last event, or after the last delivery. */
export interface CheckCursor {
  part: "events" | "deliveries";
  after: string;
}

/** Reads a cursor. */
export function readCheckCursor(cursor: string | null): CheckCursor {
  if (cursor === null) return { part: "events", after: "" };
  const [, part, after] = CURSOR.exec(cursor) ?? [];
  if ((part !== "events" && part !== "deliveries") || after === undefined) {
    throw new RangeError("Cannot continue the check: the cursor is not one of an answer");
  }
  return { part, after };
}

/** The step that follows one which looked at `last`; null if that was the last of its part. */
export function nextCheckCursor(part: CheckCursor["part"], last: string | null): string | null {
  if (last !== null) return `${part}:${last}`;
  return part === "events" ? "deliveries:" : null;
}

/** What is wrong, as every store says it. */
export const CHECK_PROBLEMS = {
  body: (eventId: string) => `The body of ${eventId} is not the one that was received.`,
  parts: (eventId: string) => `A part of the body of ${eventId} is missing.`,
  event: (deliveryId: string, eventId: string) =>
    `Delivery ${deliveryId} has no event: ${eventId} is missing.`,
};
