import { setTimeout as delay } from "node:timers/promises";
import type { Retention } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Quarantine } from "../store/contract/quarantine.ts";

/** Between two prunings of events, in milliseconds. */
export const PRUNE_EVENTS_EVERY_MS = 5_000;

/** Events looked at in one step: a transaction so short that it does not delay ingest. */
const STEP_EVENTS_MAX = 200;

/** Between two steps, in milliseconds. */
const STEP_PAUSE_MS = 25;

/** Time for one pruning, in milliseconds: within the lock of recurring work. */
const PRUNE_MS_MAX = 2_000;

/** Wait after all events were looked at, in milliseconds: those that are kept longer would be looked at again in vain. */
const REST_MS = 3_600_000;

/** Options for {@linkcode pruneEvents}. */
export interface PruneEventsOptions {
  store: StoreTime & Pick<Events, "pruneEvents">;
  /** The current configuration. */
  retention: () => Pick<Retention, "deliveredMs" | "deadMs">;
  /** Measures durations, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  pause?: (ms: number) => Promise<unknown>;
  log: Log;
}

/** Removes events that have been kept long enough: in small steps, oldest first, for a short time. The next call continues. */
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

/** Between two prunings of the quarantine, in milliseconds. */
export const PRUNE_QUARANTINE_EVERY_MS = 3_600_000;

/** Options for {@linkcode pruneQuarantine}. */
export interface PruneQuarantineOptions {
  /** How long refused requests are kept, in milliseconds. */
  quarantineMs: number;
  log: Log;
}

/** Removes refused requests that have been kept long enough. */
export async function pruneQuarantine(
  store: StoreTime & Pick<Quarantine, "pruneQuarantine">,
  { quarantineMs, log }: PruneQuarantineOptions,
): Promise<void> {
  const receivedBefore = store.now() - quarantineMs;
  const requests = await store.pruneQuarantine({ receivedBefore });
  if (requests > 0) log.info({ requests }, "old refused requests removed");
}
