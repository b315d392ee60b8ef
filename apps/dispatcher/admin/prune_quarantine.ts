import type { Log } from "@hookgate/telemetry";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Quarantine } from "../store/contract/quarantine.ts";

/** Between two prunings, in milliseconds. */
export const PRUNE_EVERY_MS = 3_600_000;

/** Options for {@linkcode pruneQuarantine}. */
export interface PruneQuarantineOptions {
  /** How long refused requests are kept, in milliseconds. */
  quarantineMs: number;
  log: Log;
}

/** Removes the refused requests that were kept for long enough. */
export async function pruneQuarantine(
  store: StoreTime & Pick<Quarantine, "pruneQuarantine">,
  { quarantineMs, log }: PruneQuarantineOptions,
): Promise<void> {
  const receivedBefore = store.now() - quarantineMs;
  const requests = await store.pruneQuarantine({ receivedBefore });
  if (requests > 0) log.info({ requests }, "old refused requests removed");
}
