/**
 * Yardstick: the embedded store alone, in batches of 256 events with a delivery each, two batches in flight. Takes a
 * `BareStorePlan` as its only argument and prints a `BareStoreResult`, both JSON.
 */
import { randomUUID } from "node:crypto";
import { newId } from "@hookgate/types";
import { pino } from "pino";
import type { Capture } from "../../../apps/dispatcher/store/contract/captures.ts";
import { openSqliteStore } from "../../../apps/dispatcher/store/sqlite/sqlite_store.ts";
import { newEvent } from "../../processes/new_event.ts";

/** What to store. */
export interface BareStorePlan {
  dataDir: string;
  seconds: number;
  bodyBytes: number;
}

/** How many events became durable. */
export interface BareStoreResult {
  events: number;
  seconds: number;
  cpuUs: number;
}

const BATCH_EVENTS = 256;
const BATCHES_IN_FLIGHT = 2;

const plan = JSON.parse(process.argv[2] ?? "") as BareStorePlan;
const log = pino({ level: "silent" });
const store = await openSqliteStore({ dataDir: plan.dataDir, dispatcherId: randomUUID(), log });
let events = 0;
let numbered = 0;

function makeCapture(): Capture {
  numbered += 1;
  const body = Buffer.from(`{"n":${numbered}}`.padEnd(plan.bodyBytes, " "));
  const event = newEvent(body);
  const delivery = { id: newId("dlv"), subscription: "bench", claim: null, orderKey: null };
  return { event, deliveries: [delivery], skipped: [] };
}

async function keepCommitting(revision: number, until: number): Promise<void> {
  while (performance.now() < until) {
    const captures = Array.from({ length: BATCH_EVENTS }, makeCapture);
    const results = await store.commit(captures, { revision });
    events += results?.length ?? 0;
  }
}

const { revision } = await store.subscriptions();
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const until = startedAt + plan.seconds * 1_000;
await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, () => keepCommitting(revision, until)));
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
await store.close();
const result: BareStoreResult = { events, seconds, cpuUs: user + system };
process.stdout.write(JSON.stringify(result));
