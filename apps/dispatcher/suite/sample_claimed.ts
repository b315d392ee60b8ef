import { makeDelivery, makeEvent } from "@hookgate/testing";
import type {
  Delivery,
  ReceivedEvent,
  RetryPolicy,
  Subscription,
  Target,
  TargetOf,
} from "@hookgate/types";
import type { ClaimedDelivery } from "../store/contract/deliveries.ts";
import type { SubscriptionOf, TargetAttempt, TargetResult } from "../targets/target.ts";

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
  const delivery = makeDelivery({ eventId: event.id, ...options.delivery });
  return { event, delivery, claim: { dispatcherId: "one", token: "one:1" } };
}

/** Only the result of an attempt. */
export async function resultOf(attempt: Promise<TargetAttempt>): Promise<TargetResult> {
  return (await attempt).result;
}

/** Changes to {@linkcode sampleSubscription}; its kind is that of `target`. */
type SamplePart<Kind extends Target["kind"]> = Partial<Omit<Subscription, "target">> & {
  target?: TargetOf<Kind>;
};

/** A subscription, to a handler unless `part` says otherwise. */
export function sampleSubscription<Kind extends Target["kind"] = "handler">(
  part: SamplePart<Kind> = {},
): SubscriptionOf<Kind> {
  return {
    name: "enrolments",
    events: ["*"],
    sources: ["*"],
    where: [],
    orderBy: null,
    target: { kind: "handler", path: "/handler.ts" } as TargetOf<Kind>,
    retry: SAMPLE_POLICY,
    timeoutMs: 30_000,
    concurrency: 20,
    backlog: { deliveriesMax: 1_000, bytesMax: 1_000_000, ageMsMax: 1_000_000 },
    ...part,
  } as SubscriptionOf<Kind>;
}
