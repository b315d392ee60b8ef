import type { TurnGate } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { ReceivedEvent, Subscription } from "@hookgate/types";
import type { ClaimedDelivery, Next, Outcome } from "../store/contract/deliveries.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { DeliveryTarget, StartPart, TargetAttempt, TargetResult } from "../targets/target.ts";
import type { EventTraces } from "../traces/event_traces.ts";
import {
  type DecideNextOptions,
  type Decision,
  decideNext,
  INTERRUPTIONS_MAX,
} from "./decide_next.ts";
import { fingerprint } from "./fingerprint.ts";

/** An event as targets get it, and what takes its protected values out of what they answer, which is stored and logged. */
export type OpenEvent = (
  event: ReceivedEvent,
) => Promise<{ event: ReceivedEvent; hide: (text: string) => string }>;

/** Options for {@linkcode attemptDelivery}. */
export interface AttemptDeliveryOptions {
  target: DeliveryTarget;
  /** Opens an event that is protected. @default it stays as it is stored */
  open?: OpenEvent | undefined;
  /** The store's clock, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
  /** @default {null} nothing is traced */
  traces?: Pick<EventTraces, "attempt"> | null;
  /** Lets few attempts end in one turn: a subscriber that leaves ends thousands. @default {null} they all end at once */
  ends?: TurnGate | null;
  log: Log;
}

/** An attempt and its outcome. */
export interface Attempted extends TargetAttempt {
  outcome: Outcome;
}

/**
 * The one delivery step, for fresh events, retries and replays: attempts a claimed delivery once, decides the outcome, and
 * writes one log line with every fact. Never rejects.
 */
export async function attemptDelivery(
  claimed: ClaimedDelivery,
  subscription: Subscription,
  options: AttemptDeliveryOptions,
): Promise<Attempted> {
  const { now, monotonic = () => performance.now(), traces, ends = null } = options;
  const traced = traces?.attempt(claimed, subscription.target.kind);
  const startedAt = Math.floor(now());
  const begunAt = monotonic();
  let tried: TargetAttempt;
  try {
    tried = await start(claimed, subscription, { options, startPart: traced?.startPart });
  } catch (error) {
    tried = { result: resultOf(error) };
  }
  const endedAt = now();
  const durationMs = Math.round(monotonic() - begunAt);
  const turn = ends?.pass() ?? null;
  if (turn !== null) await turn;
  const times = { startedAt, durationMs, now: endedAt };
  const outcome = decideOutcome(claimed, tried, { subscription, times, options });
  traced?.end(tried.result, outcome);
  return { result: tried.result, settled: tried.settled, outcome };
}

/** Begins the attempt. Not an `async` function, nor is what follows it: each would be kept for as long as the attempt runs. */
function start(
  claimed: ClaimedDelivery,
  subscription: Subscription,
  { options, startPart }: { options: AttemptDeliveryOptions; startPart: StartPart | undefined },
): TargetAttempt | Promise<TargetAttempt> {
  const { target, open } = options;
  const { attempt, interruptions, suspect } = claimed.delivery;
  // Dispatchers died while they ran it, so nobody could charge it: charge it now, before it takes this one down too.
  if (interruptions > INTERRUPTIONS_MAX) return { result: { kind: "interrupted" } };
  const how = { number: attempt + 1, alone: suspect, startPart };
  if (open === undefined || claimed.event.protection === undefined) {
    return target.attempt(claimed, subscription, how);
  }
  return open(claimed.event).then(async ({ event, hide }) =>
    hideIn(await target.attempt({ ...claimed, event }, subscription, how), hide),
  );
}

function resultOf(error: unknown): TargetResult {
  // The keys are in the store: nothing was started.
  if (error instanceof StoreUnavailableError) return { kind: "not_started" };
  // A target that rejects although it must not is an attempt that failed.
  return { kind: "failed", error: String(error), permanent: false };
}

/** Decides what becomes of the delivery, and logs it. */
function decideOutcome(
  claimed: ClaimedDelivery,
  { result, place }: TargetAttempt,
  facts: {
    subscription: Subscription;
    times: Pick<DecideNextOptions, "startedAt" | "durationMs" | "now">;
    options: AttemptDeliveryOptions;
  },
): Outcome {
  const { subscription, times, options } = facts;
  const { random, log } = options;
  const { delivery, event, claim } = claimed;
  const { retry: policy, target } = subscription;
  const { id: deliveryId, order, subscription: name } = delivery;
  const decision = decideNext(delivery, result, { policy, random, ...times });
  const { attempt } = decision;
  const failure = attempt && fingerprint({ subscription: name, target, attempt, place });
  logAttempt(claimed, { result, decision, failure, durationMs: times.durationMs, log });
  const { source, type } = event;
  return { deliveryId, source, type, subscription: name, failure, claim, order, ...decision };
}

function hideIn(attempted: TargetAttempt, hide: (text: string) => string): TargetAttempt {
  const { result } = attempted;
  const error = "error" in result ? { error: hide(result.error) } : {};
  const answer = ("response" in result && result.response) || null;
  const response = answer && { response: { ...answer, body: hide(answer.body) } };
  return { ...attempted, result: { ...result, ...error, ...response } };
}

function logAttempt(
  { delivery, event }: ClaimedDelivery,
  facts: Pick<TargetAttempt, "result"> &
    Pick<Outcome, "failure"> & { decision: Decision; durationMs: number; log: Log },
): void {
  const { result, decision, failure, durationMs, log } = facts;
  const { next, attempt, interruptions, suspect } = decision;
  const fields = {
    event: event.id,
    delivery: delivery.id,
    subscription: delivery.subscription,
    source: event.source,
    type: event.type,
    attempt: delivery.attempt + 1,
    outcome: result.kind,
    charged: attempt !== null,
    durationMs,
    next: next.state,
    ...(next.state === "waiting" && { nextAttemptAt: new Date(next.nextAttemptAt).toISOString() }),
    ...(next.state === "dead" && { reason: next.reason }),
    ...("error" in result && next.state !== "dead" && { error: result.error }),
    ...(interruptions > 0 && { interruptions }),
    ...(suspect && { suspect }),
    ...(attempt?.response && { status: attempt.response.status }),
    ...(delivery.replay !== null && { replay: delivery.replay }),
    ...(failure !== null && { failure: failure.id }),
  };
  log[levelOf(next, attempt !== null)](fields, `attempt ${result.kind.replace("_", " ")}`);
}

function levelOf(next: Next, charged: boolean): "info" | "warn" | "error" {
  if (next.state === "dead") return "error";
  return next.state === "waiting" && charged ? "warn" : "info";
}
