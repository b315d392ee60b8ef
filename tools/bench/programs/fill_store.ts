/**
 * Fills an embedded store with events, each with a delivery for each of some subscriptions. Takes a `FillPlan` as its only
 * argument and prints a `FillResult`, both JSON.
 */
import { randomUUID } from "node:crypto";
import { newId } from "@hookgate/types";
import { pino } from "pino";
import type { Next, Outcome } from "../../../apps/dispatcher/store/contract/deliveries.ts";
import { openSqliteStore } from "../../../apps/dispatcher/store/sqlite/sqlite_store.ts";
import { newEvent } from "../../processes/new_event.ts";

/** What to store. */
export interface FillPlan {
  dataDir: string;
  subscriptions: readonly string[];
  events: number;
  bodyBytes: number;
  /** Types of the events, in turn. @default {["payment.success"]} */
  types?: readonly string[];
  /**
   * What becomes of the deliveries. `waiting`: stored due, and never tried. `first` and `retry`: all due at one time after this
   * program's end, never tried or failed once. `delivered`: all but one in a hundred, which are dead.
   */
  become: "waiting" | "first" | "retry" | "dead" | "delivered";
  /** After the last delivery is stored, until they are due, in milliseconds. @default {5_000} */
  startMs?: number;
  /** The events came evenly during so many milliseconds until now. @default {0} */
  overMs?: number;
}

/** What was stored. */
export interface FillResult {
  /** When the deliveries are due, in milliseconds since 1970. */
  dueAt: number;
}

const BATCH_MAX = 256;

/** Events that came over a time came in every minute of it. */
const MINUTE_MS = 60_000;

/** Deliveries that are settled in a second, at least. */
const SETTLED_PER_SECOND = 10_000;

const plan = JSON.parse(process.argv[2] ?? "") as FillPlan;
const { become, types = ["payment.success"], subscriptions, startMs = 5_000, overMs = 0 } = plan;
const dispatcherId = randomUUID();
const log = pino({ level: "silent" });
const batch = Math.min(BATCH_MAX, Math.ceil(plan.events / Math.max(1, overMs / MINUTE_MS)));
const startedAt = Date.now();
let filled = 0;
const filledClock = () => startedAt - overMs * (1 - filled / plan.events);
const store = await openSqliteStore({
  dataDir: plan.dataDir,
  dispatcherId,
  log,
  ...(overMs > 0 && { clocks: { wall: filledClock, monotonic: filledClock } }),
});
const now = overMs > 0 ? () => store.now() : Date.now;
const { revision } = await store.subscriptions();
const claim = become === "waiting" ? null : { dispatcherId, token: randomUUID() };
let stored: string[] = [];
let settled = 0;
let dueAt = 0;

function makeCapture(number: number) {
  const body = Buffer.from(`{"n":${number}}`.padEnd(plan.bodyBytes, " "));
  const type = types[number % types.length] ?? "";
  const received = { id: newId("evt", { now: now() }), receivedAt: now() };
  const event = { ...newEvent(body), ...received, source: "bench", type, providerType: type };
  const deliveries = subscriptions.map((subscription) => ({
    id: newId("dlv", { now: now() }),
    subscription,
    claim,
    orderKey: null,
  }));
  if (claim) stored.push(...deliveries.map(({ id }) => id));
  return { event, deliveries, skipped: [] };
}

function nextOf(number: number): Next {
  if (become === "first" || become === "retry") return { state: "waiting", nextAttemptAt: dueAt };
  const dead = become === "dead" || number % 100 === 0;
  return dead ? { state: "dead", reason: "out of retries: it was down" } : { state: "delivered" };
}

function outcomeOf(deliveryId: string): Outcome {
  if (!claim) throw new TypeError("Cannot settle: nothing was claimed");
  settled += 1;
  const next = nextOf(settled);
  const failed = next.state !== "delivered";
  const attempt = {
    number: 1,
    startedAt: now(),
    durationMs: 1,
    outcome: failed ? ("failed" as const) : ("succeeded" as const),
    error: failed ? "it was down" : "",
    response: null,
  };
  const marks = { failure: null, interruptions: 0, suspect: false, order: null };
  const counted = {
    source: "bench",
    type: types[settled % types.length] ?? "",
    subscription: subscriptions[settled % subscriptions.length] ?? "",
  };
  const charged = become === "first" ? null : attempt;
  return { deliveryId, ...counted, claim, next, attempt: charged, ...marks };
}

async function settleStored(): Promise<void> {
  const ids = stored;
  stored = [];
  for (let at = 0; at < ids.length; at += batch) {
    await store.settle(ids.slice(at, at + batch).map(outcomeOf));
  }
}

for (; filled < plan.events; filled += batch) {
  const count = Math.min(batch, plan.events - filled);
  const captures = Array.from({ length: count }, (_, n) => makeCapture(filled + n));
  await store.commit(captures, { revision });
  // Those that are due at one time are settled when it is known.
  if (become === "dead" || become === "delivered") await settleStored();
}
dueAt = Math.ceil(Date.now() + startMs + (stored.length / SETTLED_PER_SECOND) * 1_000);
await settleStored();
await store.close();
process.stdout.write(JSON.stringify({ dueAt } satisfies FillResult));
