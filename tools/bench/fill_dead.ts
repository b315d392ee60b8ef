/**
 * Fills an embedded store with dead deliveries of a subscription, for a replay. Takes a `FillDeadPlan` as its only argument
 * and prints the number of deliveries, both JSON.
 */
import { randomUUID } from "node:crypto";
import { newId } from "@hookgate/types";
import { pino } from "pino";
import { openSqliteStore } from "../../apps/dispatcher/store/sqlite/sqlite_store.ts";
import { newEvent } from "../processes/new_event.ts";

/** What to store. */
export interface FillDeadPlan {
  dataDir: string;
  subscription: string;
  deliveries: number;
  bodyBytes: number;
}

const BATCH = 256;

const plan = JSON.parse(process.argv[2] ?? "") as FillDeadPlan;
const dispatcherId = randomUUID();
const log = pino({ level: "silent" });
const store = await openSqliteStore({ dataDir: plan.dataDir, dispatcherId, log });
const { revision } = await store.subscriptions();

for (let filled = 0; filled < plan.deliveries; filled += BATCH) {
  const claim = { dispatcherId, token: randomUUID() };
  const captures = Array.from({ length: Math.min(BATCH, plan.deliveries - filled) }, (_, n) => {
    const event = newEvent(Buffer.from(`{"n":${filled + n}}`.padEnd(plan.bodyBytes, " ")));
    const { subscription } = plan;
    const delivery = { id: newId("dlv"), subscription, claim, orderKey: null };
    return { event, deliveries: [delivery], skipped: [] };
  });
  await store.commit(captures, { revision });
  await store.settle(
    captures.flatMap(({ deliveries }) =>
      deliveries.map(({ id }) => ({
        deliveryId: id,
        claim,
        next: { state: "dead" as const, reason: "out of retries: it was down" },
        attempt: {
          number: 1,
          startedAt: Date.now(),
          durationMs: 1,
          outcome: "failed" as const,
          error: "it was down",
          response: null,
        },
        interruptions: 0,
        suspect: false,
        order: null,
      })),
    ),
  );
}
await store.close();
process.stdout.write(JSON.stringify(plan.deliveries));
