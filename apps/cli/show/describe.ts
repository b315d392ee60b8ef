import {
  type ReplayMessage,
  replayFromMessage,
  type SubscriptionPauseMessage,
} from "@hookgate/rpc";
import type { Attempt, Delivery, QuarantinedRequest, ReceivedEvent, Replay } from "@hookgate/types";
import { CliError } from "../cli.ts";
import { formatCount, formatDeliveries, formatTime } from "./format.ts";

/** An event as `events --json` prints it, one per line: a form that programs can rely on. */
export function describeEvent(
  event: ReceivedEvent,
  deliveries: readonly Delivery[],
): Record<string, unknown> {
  return {
    id: event.id,
    source: event.source,
    type: event.type,
    receivedAt: formatTime(event.receivedAt),
    flags: event.flags,
    deliveries: deliveries.map(describeDelivery),
  };
}

/** The latest delivery for each subscription: what it repeats no longer counts. */
export function latestOf(deliveries: readonly Delivery[]): Delivery[] {
  const byGeneration = deliveries.toSorted((one, other) => one.generation - other.generation);
  return [...new Map(byGeneration.map((one) => [one.subscription, one])).values()];
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

/** A delivery with everything that is known of it. */
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

/** A refused request of a list: with the length of its body instead of its bytes. */
export interface ListedRequest {
  request: QuarantinedRequest;
  bodyBytes: number;
}

/** A refused request as `quarantine list --json` prints it, one per line: a form that programs can rely on. */
export function describeQuarantined({
  request,
  bodyBytes,
}: ListedRequest): Record<string, unknown> {
  const { id, source, provider, reason, diagnosis, address, releasedAs } = request;
  const receivedAt = formatTime(request.receivedAt);
  return { id, source, provider, reason, receivedAt, address, bodyBytes, diagnosis, releasedAs };
}

/** A replay as `replays --json` prints it, one per line: a form that programs can rely on. */
export function describeReplay(replay: Replay): Record<string, unknown> {
  const { id, kind, state, made, expected, seen, perSecond, reason, createdAt, endedAt } = replay;
  const { from, to, ...filter } = replay.filter;
  return {
    id,
    kind,
    state,
    made,
    expected,
    seen,
    perSecond,
    reason,
    createdAt: formatTime(createdAt),
    endedAt: endedAt === null ? null : formatTime(endedAt),
    filter: {
      ...filter,
      ...(from !== undefined && { from: formatTime(from) }),
      ...(to !== undefined && { to: formatTime(to) }),
    },
  };
}

/** Progress of a replay: `620 of 1,234`; without the second number if it was not counted. */
export function madeText({ made, expected }: Replay): string {
  return expected === null ? formatCount(made) : `${formatCount(made)} of ${formatCount(expected)}`;
}

/** State and progress of a replay: `rpl_… is paused: 620 of 1,234 deliveries made`. */
export function replayText(replay: Replay): string {
  const { id, state, made, expected } = replay;
  const of = expected === null ? "" : `${formatCount(made)} of `;
  return `${id} is ${state}: ${of}${formatDeliveries(expected ?? made)} made`;
}

/**
 * The replay of an answer.
 *
 * @throws {CliError} if it has none.
 */
export function answeredReplay(message: ReplayMessage | null, what: string): Replay {
  if (message === null) throw new CliError(`Cannot ${what}: the answer is empty`);
  return replayFromMessage(message);
}

/** A pause, for a sentence: `paused by operator since 2026-…: the machine is moved`. */
export function pauseText({ by, reason, atMs }: SubscriptionPauseMessage): string {
  return `paused by ${by} since ${formatTime(atMs)}${reason && `: ${reason}`}`;
}
