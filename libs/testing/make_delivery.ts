import { type Delivery, newId } from "@hookgate/types";

/** Makes a delivery of the first generation whose first attempt is running. */
export function makeDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: newId("dlv"),
    eventId: newId("evt"),
    subscription: "enrolments",
    generation: 1,
    replayOf: null,
    state: "running",
    nextAttemptAt: null,
    attempt: 0,
    attemptBase: 0,
    interruptions: 0,
    suspect: false,
    failure: null,
    reason: "",
    attempts: [],
    order: null,
    replay: null,
    ...changes,
  };
}
