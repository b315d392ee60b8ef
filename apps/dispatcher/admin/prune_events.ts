import { setTimeout as delay } from "node:timers/promises";
import type { Retention } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";

/** Between two prunings, in milliseconds. */
export const PRUNE_EVENTS_EVERY_MS = 5_000;

/** Events looked at in one step: a transaction that ingest does not notice. */
const STEP_EVENTS_MAX = 200;

/** Between two steps, in milliseconds. */
const STEP_PAUSE_MS = 25;

/** Time for one pruning, in milliseconds: well within the lock of recurring work. */
const PRUNE_MS_MAX = 2_000;

/** From the last event that was old enough until the first is looked at again, in milliseconds: those that are kept longer are looked at in vain. */
const REST_MS = 3_600_000;

/** Options for {@linkcode pruneEvents}. */
export interface PruneEventsOptions {
  store: StoreTime & Pick<Events, "pruneEvents">;
  /** As the configuration says now. */
  retention: () => Pick<Retention, "deliveredMs" | "deadMs">;
  /** What durations are measured with, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  pause?: (ms: number) => Promise<unknown>;
  log: Log;
}

/**
 * Makes the work that removes events that were kept for long enough: small steps, oldest first, for a short time; the next
 * time it goes on where it ended.
 */
export function pruneEvents({
  store,
  retention,
  clock = () => performance.now(),
  pause = delay,
  log,
}: PruneEventsOptions): () => Promise<void> {
  let cursor: string | null = null;
  let restsUntil = Number.NEGATIVE_INFINITY;
  return async () => {
    const startedAt = clock();
    if (startedAt < restsUntil) return;
    const { deliveredMs, deadMs } = retention();
    const deliveredBefore = store.now() - deliveredMs;
    const deadBefore = store.now() - deadMs;
    let events = 0;
    while (clock() - startedAt < PRUNE_MS_MAX) {
      const limit = STEP_EVENTS_MAX;
      const step = await store.pruneEvents({ deliveredBefore, deadBefore, cursor, limit });
      events += step.removed;
      cursor = step.cursor;
      if (cursor === null) {
        restsUntil = clock() + REST_MS;
        break;
      }
      await pause(STEP_PAUSE_MS);
    }
    if (events > 0) log.info({ events, deliveredMs, deadMs }, "old events removed");
  };
}
