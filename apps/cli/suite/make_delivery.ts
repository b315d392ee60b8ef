import type { Delivery } from "@hookgate/types";

/** A delivery for tests: delivered by its first attempt. */
export function makeDelivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    id: `dlv_${"0".repeat(31)}1`,
    eventId: "",
    subscription: "enrolments",
    generation: 1,
    replayOf: null,
    state: "delivered",
    nextAttemptAt: null,
    attempt: 1,
    attemptBase: 0,
    interruptions: 0,
    suspect: false,
    reason: "",
    attempts: [],
    order: null,
    replay: null,
    ...overrides,
  };
}
