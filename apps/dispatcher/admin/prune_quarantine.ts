import type { Log } from "@hookgate/telemetry";
import { type EventStore, QUARANTINE_RETENTION_MS } from "../store/event_store.ts";

/** Between two prunings, in milliseconds. */
export const PRUNE_EVERY_MS = 3_600_000;

/** Removes the refused requests that were kept for long enough. */
export async function pruneQuarantine(
  store: Pick<EventStore, "now" | "pruneQuarantine">,
  { log }: { log: Log },
): Promise<void> {
  const receivedBefore = store.now() - QUARANTINE_RETENTION_MS;
  const requests = await store.pruneQuarantine({ receivedBefore });
  if (requests > 0) log.info({ requests }, "old refused requests removed");
}
