import { makeEvent } from "@hookgate/testing";
import {
  type Delivery,
  newId,
  type ReceivedEvent,
  type RetryPolicy,
  type Subscription,
} from "@hookgate/types";
import type { ClaimedDelivery } from "../../store/event_store.ts";

/** A policy of three retries without jitter. */
export const SAMPLE_POLICY: RetryPolicy = {
  name: "fast",
  delaysMs: [1_000, 2_000, 4_000],
  jitter: 0,
};

/** A running delivery of a `generic` event. */
export function sampleClaimed(
  options: { event?: Partial<ReceivedEvent>; delivery?: Partial<Delivery> } = {},
): ClaimedDelivery {
  const event = makeEvent({ type: "course.enrolled", ...options.event });
  const delivery: Delivery = {
    id: newId("dlv"),
    eventId: event.id,
    subscription: "enrolments",
    generation: 1,
    replayOf: null,
    state: "running",
    nextAttemptAt: null,
    attempt: 0,
    attemptBase: 0,
    interruptions: 0,
    suspect: false,
    reason: "",
    attempts: [],
    ...options.delivery,
  };
  return { event, delivery, claim: { dispatcherId: "one", token: "one:1" } };
}

/** A subscription to a handler. */
export function sampleSubscription(options: Partial<Subscription> = {}): Subscription {
  return {
    name: "enrolments",
    events: ["*"],
    target: { kind: "handler", path: "/handler.ts" },
    retry: SAMPLE_POLICY,
    timeoutMs: 30_000,
    concurrency: 20,
    ...options,
  };
}
