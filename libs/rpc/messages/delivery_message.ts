import { ATTEMPT_OUTCOMES, type Attempt, DELIVERY_STATES, type Delivery } from "@hookgate/types";
import type { AttemptMessage, DeliveryMessage } from "../generated/messages.ts";
import { RpcError } from "../transport/rpc_error.ts";

/** A delivery as a message, without the fields that only its dispatcher needs (`attemptBase`, `suspect`). */
export function deliveryToMessage(delivery: Delivery): DeliveryMessage {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    subscription: delivery.subscription,
    generation: delivery.generation,
    replayOf: delivery.replayOf ?? "",
    state: `DELIVERY_STATE_${upper(delivery.state)}`,
    ...(delivery.nextAttemptAt !== null && { nextAttemptAtMs: delivery.nextAttemptAt }),
    attempt: delivery.attempt,
    interruptions: delivery.interruptions,
    reason: delivery.reason,
    attempts: delivery.attempts.map(attemptToMessage),
    order: delivery.order,
    replay: delivery.replay ?? "",
    failure: delivery.failure ?? "",
  };
}

/**
 * A message as a delivery. `attemptBase` is 0 and `suspect` false: messages do not carry them.
 *
 * @throws {RpcError} INTERNAL for a state or an outcome that this version does not know.
 */
export function deliveryFromMessage(message: DeliveryMessage): Delivery {
  return {
    id: message.id,
    eventId: message.eventId,
    subscription: message.subscription,
    generation: message.generation,
    replayOf: message.replayOf || null,
    state: read("DELIVERY_STATE_", message.state, DELIVERY_STATES),
    nextAttemptAt: message.nextAttemptAtMs ?? null,
    attempt: message.attempt,
    attemptBase: 0,
    interruptions: message.interruptions,
    suspect: false,
    reason: message.reason,
    attempts: message.attempts.map(attemptFromMessage),
    order: message.order,
    replay: message.replay || null,
    failure: message.failure || null,
  };
}

function attemptToMessage(attempt: Attempt): AttemptMessage {
  return {
    number: attempt.number,
    startedAtMs: attempt.startedAt,
    durationMs: attempt.durationMs,
    outcome: `ATTEMPT_OUTCOME_${upper(attempt.outcome)}`,
    error: attempt.error,
    response: attempt.response,
  };
}

function attemptFromMessage(message: AttemptMessage): Attempt {
  return {
    number: message.number,
    startedAt: message.startedAtMs,
    durationMs: message.durationMs,
    outcome: read("ATTEMPT_OUTCOME_", message.outcome, ATTEMPT_OUTCOMES),
    error: message.error,
    response: message.response,
  };
}

function upper<Name extends string>(name: Name): Uppercase<Name> {
  return name.toUpperCase() as Uppercase<Name>;
}

/** Our own word for an enum value. A value that is newer than this program arrives as its number. */
function read<Name extends string>(
  prefix: string,
  value: string | number,
  names: readonly Name[],
): Name {
  const name = names.find((known) => `${prefix}${upper(known)}` === value);
  if (name === undefined) {
    throw new RpcError(
      "INTERNAL",
      `Cannot read a delivery: ${value} is not a ${prefix}… of this version`,
    );
  }
  return name;
}
