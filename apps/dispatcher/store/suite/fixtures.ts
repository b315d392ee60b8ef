import { createHash, randomUUID } from "node:crypto";
import { makeReplay, waitFor } from "@hookgate/testing";
import {
  type Attempt,
  type CapturedEvent,
  type Delivery,
  newId,
  type QuarantinedRequest,
  type ReceivedEvent,
  type Replay,
  type Subscription,
} from "@hookgate/types";
import type { Capture, CaptureResult } from "../contract/captures.ts";
import type { Claim, ClaimedDelivery, Next, Outcome, Slots } from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import type { ReleaseResult } from "../contract/quarantine.ts";
import type { ReplayedDelivery, ReplayStep } from "../contract/replays.ts";
import { divide, TooMuchAtOnceError } from "../contract/too_much_at_once.ts";

/** What a part of the suite works with: the store of the running test. */
export interface SuiteContext {
  /** A store that was empty when the test began. */
  readonly store: EventStore;
  /** Moves the store's clock forward; only in tests of {@linkcode SuiteContext.testWithClock}. */
  advance(ms: number): Promise<void>;
  /** Declares a test that needs {@linkcode SuiteContext.advance}. */
  testWithClock(name: string, body: () => Promise<void>, timeoutMs?: number): void;
}

/** The fields of an event that a test cares about; the rest is made up. */
export type EventPart = Partial<Omit<CapturedEvent, "body" | "bodySha256">> & {
  body?: string | Uint8Array;
};

/** An event, and how it is told apart if a test cares: {@linkcode newCapture} has the default. */
export type TestEvent = ReceivedEvent & Partial<Pick<CapturedEvent, "dedupe" | "bodyWindowMs">>;

/** For how long the same body is a duplicate, unless a test says otherwise. */
export const BODY_WINDOW_MS = 86_400_000;

/** An event that is like no other, unless `part` makes it so. */
export function newEvent(part: EventPart = {}): TestEvent {
  const { body = `{"n":"${randomUUID()}"}`, ...rest } = part;
  const { receivedAt = Date.now() } = rest;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return {
    id: newId("evt", { now: receivedAt }),
    source: "academy",
    provider: "generic",
    type: "course.enrolled",
    providerType: "enrolment.created",
    receivedAt,
    providerEventId: "",
    secretId: "1",
    address: "203.0.113.7",
    addressChain: "203.0.113.7, 10.0.0.2",
    headers: new TextEncoder().encode("content-type: application/json\r\n"),
    flags: [],
    ...rest,
    body: bytes,
    bodySha256: createHash("sha256").update(bytes).digest(),
  };
}

/** A claim with a new token. */
export function newClaim(dispatcherId = "dispatcher-1"): Claim {
  return { dispatcherId, token: randomUUID() };
}

/**
 * A capture of `event` for these subscriptions: `running` under `claim`, or `waiting` without one; kept in order by
 * `orderKey`, or in none. Told apart by its id and body if it has an id, otherwise by its body.
 */
export function newCapture(
  event: TestEvent,
  subscriptions: readonly string[] = ["mail"],
  claim: Claim | null = null,
  orderKey: string | null = null,
): Capture {
  const deliveries = subscriptions.map((subscription) => ({
    id: newId("dlv"),
    subscription,
    claim,
    orderKey,
  }));
  const dedupe = event.providerEventId === "" ? "body" : "id_and_body";
  return {
    event: { dedupe, bodyWindowMs: BODY_WINDOW_MS, ...event },
    deliveries,
    skipped: [],
  };
}

/** The fields of a refused request that a test cares about; the rest is made up. */
export type QuarantinedPart = Partial<Omit<QuarantinedRequest, "body">> & {
  body?: string | Uint8Array;
};

/** A refused request that is like no other, unless `part` makes it so. */
export function newQuarantined(part: QuarantinedPart = {}): QuarantinedRequest {
  const { body = `{"n":"${randomUUID()}"}`, ...rest } = part;
  return {
    id: newId("qtn"),
    source: "academy",
    provider: "generic",
    receivedAt: Date.now(),
    reason: "no_match",
    diagnosis: ["the secret of academy/test matches"],
    address: "203.0.113.7",
    addressChain: "203.0.113.7, 10.0.0.2",
    method: "POST",
    url: "https://hooks.example/api/webhooks/academy",
    headers: new TextEncoder().encode("content-type: application/json\r\n"),
    releasedAs: null,
    ...rest,
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  };
}

/** The event that a refused request becomes. */
export function eventOf({ source, provider, receivedAt, body }: QuarantinedRequest): ReceivedEvent {
  return newEvent({ source, provider, receivedAt, body, flags: ["released"] });
}

/** Releases against the store's current revision. */
export async function release(
  store: EventStore,
  request: QuarantinedRequest,
  capture: Capture = newCapture(eventOf(request)),
): Promise<ReleaseResult> {
  const { revision } = await store.subscriptions();
  const result = await store.release(request.id, { capture, revision });
  if (!result) throw new Error("Cannot release: the revision changed");
  return result;
}

/** Commits against the store's current revision; in parts, if it is too much at once. */
export async function commit(
  store: EventStore,
  captures: readonly Capture[],
): Promise<CaptureResult[]> {
  const { revision } = await store.subscriptions();
  try {
    const results = await store.commit(captures, { revision });
    if (!results) throw new Error("Cannot commit: the revision changed");
    return results;
  } catch (error) {
    if (!(error instanceof TooMuchAtOnceError) || captures.length <= 1) throw error;
    const results = await Promise.all(divide(captures).map((part) => commit(store, part)));
    return results.flat();
  }
}

/** Commits one event; returns what was claimed with it. */
export async function commitRunning(
  store: EventStore,
  { event = newEvent(), subscription = "mail", claim = newClaim() }: CommitRunningOptions = {},
): Promise<ClaimedDelivery> {
  const [result] = await commit(store, [newCapture(event, [subscription], claim)]);
  const delivery = result?.deliveries[0];
  if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
  return { delivery, event, claim };
}

/** Options for {@linkcode commitRunning}. */
export interface CommitRunningOptions {
  event?: ReceivedEvent;
  subscription?: string;
  claim?: Claim;
}

/** Claims with no bound that matters, unless given. */
export function claimDue(
  store: EventStore,
  {
    claim = newClaim(),
    slots = { mail: 1_000 },
    limit = 1_000,
    bytesMax = 2 ** 30,
  }: ClaimDueOptions = {},
): Promise<ClaimedDelivery[]> {
  const slotsOf = new Map(Object.entries(slots).map(([name, given]) => [name, newSlots(given)]));
  return store.claimDue({ claim, slots: slotsOf, limit, bytesMax });
}

/** Options for {@linkcode claimDue}. */
export interface ClaimDueOptions {
  claim?: Claim;
  /** A number allows that many deliveries, live or replayed, of any size. */
  slots?: Readonly<Record<string, number | Slots>>;
  limit?: number;
  bytesMax?: number;
}

function newSlots(given: number | Slots): Slots {
  if (typeof given !== "number") return given;
  return { deliveries: given, replayed: given, bytes: 2 ** 30 };
}

/** An attempt that took 10 ms. */
export function newAttempt(part: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    startedAt: Date.now(),
    durationMs: 10,
    outcome: "succeeded",
    error: "",
    response: null,
    ...part,
  };
}

/** An outcome of `claimed` with one more charged attempt, overridden by `part`. */
export function outcomeOf(
  { delivery, claim }: Pick<ClaimedDelivery, "delivery" | "claim">,
  next: Next,
  part: Partial<Outcome> = {},
): Outcome {
  const ok = next.state === "delivered";
  const attempt = newAttempt({
    number: delivery.attempt + 1,
    outcome: ok ? "succeeded" : "failed",
    error: ok ? "" : "it threw",
  });
  return {
    deliveryId: delivery.id,
    source: "academy",
    type: "course.enrolled",
    subscription: delivery.subscription,
    claim,
    next,
    attempt,
    failure: null,
    interruptions: 0,
    suspect: false,
    order: delivery.order,
    ...part,
  };
}

/** Puts a claimed delivery into `next`; throws if the claim no longer holds. */
export async function settle(
  store: EventStore,
  claimed: Pick<ClaimedDelivery, "delivery" | "claim">,
  next: Next,
  part: Partial<Outcome> = {},
): Promise<void> {
  const [written] = await store.settle([outcomeOf(claimed, next, part)]);
  if (!written) throw new Error("Cannot settle: the claim does not stand");
}

/** The delivery as the store has it now. */
export async function deliveryNow(
  store: EventStore,
  { id, eventId }: Pick<Delivery, "id" | "eventId">,
): Promise<Delivery> {
  const detail = await store.getEvent(eventId);
  const delivery = detail?.deliveries.find((other) => other.id === id);
  if (!delivery) throw new Error(`Cannot find delivery ${id}`);
  return delivery;
}

/** A subscription by name. */
export function newSubscription(name: string, part: Partial<Subscription> = {}): Subscription {
  return {
    name,
    events: ["*"],
    sources: ["*"],
    where: [],
    orderBy: null,
    target: { kind: "handler", path: `/handlers/${name}.ts` },
    retry: { name: "fast", delaysMs: [1_000, 2_000, 4_000], jitter: 0 },
    timeoutMs: 30_000,
    concurrency: 20,
    backlog: { deliveriesMax: 100_000, bytesMax: 2 ** 30, ageMsMax: 604_800_000 },
    ...part,
  };
}

/** A running replay that has taken no step, overridden by `part`. */
export function newReplay(part: Partial<Replay> = {}): Replay {
  const reason = "the handler was broken";
  return makeReplay({ filter: { source: "academy" }, reason, createdAt: Date.now(), ...part });
}

/** How long a condition may take, in milliseconds: past it something else is wrong. */
const UNTIL_MS_MAX = 60_000;

/** Asks again and again until the answer is true. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  await waitFor(ask, { timeoutMs: UNTIL_MS_MAX, what: "the condition" });
}

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** Names of the subscriptions that {@linkcode serve} publishes. */
const SERVED = ["mail", "crm", "audit", "a", "b"];

/** Publishes the subscriptions that tests make deliveries for. */
export async function serve(store: EventStore): Promise<void> {
  await store.publishSubscriptions(SERVED.map((name) => newSubscription(name)));
}

/** A replay that is kept. */
export async function keepReplay(store: EventStore, part: Partial<Replay> = {}): Promise<Replay> {
  const replay = newReplay(part);
  await store.createReplay(replay);
  return replay;
}

/** A delivery that has ended as `next`, dead by default. */
export async function commitEnded(
  store: EventStore,
  next: Next = DEAD,
  subscription = "mail",
): Promise<Delivery> {
  const claimed = await commitRunning(store, { subscription });
  await settle(store, claimed, next);
  return deliveryNow(store, claimed.delivery);
}

/** What repeats a delivery. */
export function repeatOf({ id, eventId, subscription }: Delivery): ReplayedDelivery {
  return { id: newId("dlv"), eventId, subscription, replayOf: id, orderKey: null };
}

/** What a backfill makes: the first delivery of an event for a subscription. */
export function backfillOf(eventId: string, subscription: string): ReplayedDelivery {
  return { id: newId("dlv"), eventId, subscription, replayOf: null, orderKey: null };
}

/** A first step, overridden by `part`. */
export function stepOf(
  deliveries: readonly ReplayedDelivery[],
  part: Partial<ReplayStep> = {},
): ReplayStep {
  const to = deliveries.at(-1)?.eventId ?? null;
  return { from: null, to, seen: deliveries.length, deliveries, done: false, ...part };
}

/** Makes these deliveries by a step of a new replay. */
export async function makeReplayed(
  store: EventStore,
  deliveries: readonly ReplayedDelivery[],
): Promise<{ replay: Replay; made: readonly Delivery[] }> {
  const { id } = await keepReplay(store);
  const result = await store.stepReplay(id, stepOf(deliveries));
  if (result.outcome !== "written") throw new Error(`Cannot continue the test: ${result.outcome}`);
  return { replay: result.replay, made: result.deliveries };
}

/** A replay as the store has it now. */
export async function replayNow(store: EventStore, id: string): Promise<Replay | undefined> {
  return (await store.replays()).find((replay) => replay.id === id);
}
