import type { Attempt, Delivery, ReceivedEvent } from "@hookgate/types";
import { formatTime } from "./format_time.ts";

/** An event as `events --json` prints it, one per line: the form that programs may lean on. */
export function describeEvent(
  event: ReceivedEvent,
  deliveries: readonly Delivery[],
): Record<string, unknown> {
  return {
    id: event.id,
    source: event.source,
    type: event.type,
    receivedAt: formatTime(event.receivedAt),
    deliveries: deliveries.map(describeDelivery),
  };
}

/** A delivery, in brief. */
export function describeDelivery(delivery: Delivery): Record<string, unknown> {
  const { id, subscription, state, attempt, nextAttemptAt } = delivery;
  return {
    id,
    subscription,
    state,
    attempt,
    nextAttemptAt: nextAttemptAt === null ? null : formatTime(nextAttemptAt),
  };
}

/** A delivery with all that is known of it. */
export function describeWholeDelivery(delivery: Delivery): Record<string, unknown> {
  const { generation, replayOf, replay, order, interruptions, reason, attempts } = delivery;
  return {
    ...describeDelivery(delivery),
    generation,
    replayOf,
    replay,
    order: order && { key: order.key, position: order.position },
    interruptions,
    reason,
    attempts: attempts.map(describeAttempt),
  };
}

function describeAttempt(attempt: Attempt): Record<string, unknown> {
  const { number, startedAt, durationMs, outcome, error, response } = attempt;
  return {
    number,
    startedAt: formatTime(startedAt),
    durationMs,
    outcome,
    error,
    response: response && { status: response.status, body: response.body },
  };
}
