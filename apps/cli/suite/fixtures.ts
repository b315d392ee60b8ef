import type { Delivery, Replay } from "@hookgate/types";

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
    failure: null,
    reason: "",
    attempts: [],
    order: null,
    replay: null,
    ...overrides,
  };
}

/** A replay for tests: it is running and has made nothing yet. */
export function makeReplay(overrides: Partial<Replay> = {}): Replay {
  return {
    id: `rpl_${"0".repeat(31)}1`,
    kind: "replay",
    filter: { state: "dead" },
    reason: "crm was down",
    perSecond: 200,
    state: "running",
    createdAt: Date.now(),
    endedAt: null,
    cursor: null,
    seen: 0,
    made: 0,
    expected: 1_234,
    ...overrides,
  };
}
