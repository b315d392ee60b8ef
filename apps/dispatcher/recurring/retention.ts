import { setTimeout as delay } from "node:timers/promises";
import type { Config, Retention } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import type { PassedTime } from "../sources/passed_time.ts";
import { AUDIT_MS_MAX, type Audit } from "../store/contract/audit.ts";
import { BUCKET_LEVELS, BUCKETS_KEPT_MS } from "../store/contract/buckets.ts";
import { CHANGES_MS_MAX, type Changes } from "../store/contract/changes.ts";
import { type DataKeys, monthOf } from "../store/contract/data_keys.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import { FAILURE_KEPT_MS, type Failures } from "../store/contract/failures.ts";
import { KEYS_KEPT_MS_MIN } from "../store/contract/identify.ts";
import type { Metrics } from "../store/contract/metrics.ts";
import type { Quarantine } from "../store/contract/quarantine.ts";

/** Between two prunings of events, in milliseconds. */
export const PRUNE_EVENTS_EVERY_MS = 5_000;

/** Between two prunings of keys, in milliseconds. */
export const PRUNE_KEYS_EVERY_MS = 5_000;

/** Events looked at in one step: a transaction so short that it does not delay ingest. */
const STEP_EVENTS_MAX = 200;

/** Keys looked at in one step: no fewer a second than events. */
const STEP_KEYS_MAX = 250;

/** Between two steps, in milliseconds. */
const STEP_PAUSE_MS = 25;

/** Time for one pruning, in milliseconds: within the lock of recurring work. */
const PRUNE_MS_MAX = 2_000;

/** Wait after all events were looked at, in milliseconds: those that are kept longer would be looked at again in vain. */
const REST_MS = 3_600_000;

interface StepOptions {
  /** Measures durations, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  pause?: (ms: number) => Promise<unknown>;
}

/** Options for {@linkcode pruneEvents}. */
export interface PruneEventsOptions extends StepOptions {
  store: Pick<Events, "pruneEvents">;
  passed: Pick<PassedTime, "ago">;
  /** The current configuration. */
  retention: () => Pick<Retention, "deliveredMs" | "deadMs">;
  log: Log;
}

/** Removes events that have been kept long enough: in small steps, oldest first, for a short time. The next call continues. */
export function pruneEvents({
  store,
  passed,
  retention,
  log,
  ...steps
}: PruneEventsOptions): () => Promise<void> {
  const prune = createPruning(steps);
  return async () => {
    const { deliveredMs, deadMs } = retention();
    const deliveredBefore = passed.ago(deliveredMs);
    const deadBefore = passed.ago(deadMs);
    const limit = STEP_EVENTS_MAX;
    const events = await prune((cursor) =>
      store.pruneEvents({ deliveredBefore, deadBefore, cursor, limit }),
    );
    if (events > 0) log.info({ events, deliveredMs, deadMs }, "old events removed");
  };
}

/** Options for {@linkcode pruneKeys}. */
export interface PruneKeysOptions extends StepOptions {
  store: Pick<Events, "pruneKeys">;
  passed: Pick<PassedTime, "ago">;
  config: () => Pick<Config, "sources"> & { retention: Pick<Retention, "deliveredMs" | "deadMs"> };
  log: Log;
}

/** Forgets events that no provider sends again: those that are older than any that is kept, in small steps. */
export function pruneKeys({
  store,
  passed,
  config,
  log,
  ...steps
}: PruneKeysOptions): () => Promise<void> {
  const prune = createPruning(steps);
  return async () => {
    const keptMs = keysKeptMs(config());
    const receivedBefore = passed.ago(keptMs);
    const limit = STEP_KEYS_MAX;
    const keys = await prune((cursor) => store.pruneKeys({ receivedBefore, cursor, limit }));
    if (keys > 0) log.info({ keys, keptMs }, "old keys removed");
  };
}

/** How long keys are kept: 90 days, or as long as an event is kept or sent again, if that is longer. */
function keysKeptMs({ sources, retention }: ReturnType<PruneKeysOptions["config"]>): number {
  const horizons = sources.map((source) => sourceProvider(source)?.retries.horizonMs ?? 0);
  return Math.max(KEYS_KEPT_MS_MIN, retention.deliveredMs, retention.deadMs, ...horizons);
}

/** What one step removed, and where the next one continues; null at the end. */
type Step = (cursor: string | null) => Promise<{ removed: number; cursor: string | null }>;

/**
 * Takes steps with pauses, for a short time, until one comes to the end; the next call continues. Returns how much was removed.
 */
function createPruning({
  clock = () => performance.now(),
  pause = delay,
}: StepOptions): (step: Step) => Promise<number> {
  let cursor: string | null = null;
  let restsUntil = Number.NEGATIVE_INFINITY;
  return async (step) => {
    const startedAt = clock();
    if (startedAt < restsUntil) return 0;
    let sum = 0;
    while (clock() - startedAt < PRUNE_MS_MAX) {
      const done = await step(cursor);
      sum += done.removed;
      cursor = done.cursor;
      if (cursor === null) {
        restsUntil = clock() + REST_MS;
        break;
      }
      await pause(STEP_PAUSE_MS);
    }
    return sum;
  };
}

/** Between two prunings of the quarantine, in milliseconds. */
export const PRUNE_QUARANTINE_EVERY_MS = 3_600_000;

/** Options for {@linkcode pruneQuarantine}. */
export interface PruneQuarantineOptions {
  passed: Pick<PassedTime, "ago">;
  /** How long refused requests are kept, in milliseconds. */
  quarantineMs: number;
  log: Log;
}

/** Removes refused requests that have been kept long enough. */
export async function pruneQuarantine(
  store: Pick<Quarantine, "pruneQuarantine">,
  { passed, quarantineMs, log }: PruneQuarantineOptions,
): Promise<void> {
  const receivedBefore = passed.ago(quarantineMs);
  const requests = await store.pruneQuarantine({ receivedBefore });
  if (requests > 0) log.info({ requests }, "old refused requests removed");
}

/** Between two prunings of failures, in milliseconds. */
export const PRUNE_FAILURES_EVERY_MS = 3_600_000;

/** Removes groups of failures that have not failed for long. */
export async function pruneFailures(
  store: Pick<Failures, "pruneFailures">,
  { passed, log }: { passed: Pick<PassedTime, "ago">; log: Log },
): Promise<void> {
  const groups = await store.pruneFailures({ failedBefore: passed.ago(FAILURE_KEPT_MS) });
  if (groups > 0) log.info({ groups }, "old groups of failures removed");
}

/** Between two prunings of the audit log and of the log of changes, in milliseconds. */
export const PRUNE_LOGS_EVERY_MS = 3_600_000;

/** Removes old entries of the audit log and of the log of changes. */
export async function pruneLogs(
  store: Pick<Audit, "pruneAudit"> & Pick<Changes, "pruneChanges">,
  { passed, log }: { passed: Pick<PassedTime, "ago">; log: Log },
): Promise<void> {
  const entries = await store.pruneAudit({ madeBefore: passed.ago(AUDIT_MS_MAX) });
  const changes = await store.pruneChanges({ madeBefore: passed.ago(CHANGES_MS_MAX) });
  if (entries + changes > 0) log.info({ entries, changes }, "old entries of the logs removed");
}

/** Between two prunings of metrics, in milliseconds. */
export const PRUNE_BUCKETS_EVERY_MS = 60_000;

/** Buckets that are removed in one step. */
const STEP_BUCKETS_MAX = 250;

/** Options for {@linkcode pruneBuckets}. */
export interface PruneBucketsOptions extends StepOptions {
  store: Pick<Metrics, "pruneBuckets">;
  passed: Pick<PassedTime, "ago">;
}

/** Removes buckets of metrics that have been kept long enough, in small steps. */
export async function pruneBuckets({
  store,
  passed,
  clock = () => performance.now(),
  pause = delay,
}: PruneBucketsOptions): Promise<void> {
  const limit = STEP_BUCKETS_MAX;
  const startedAt = clock();
  for (const level of BUCKET_LEVELS) {
    const startBefore = passed.ago(BUCKETS_KEPT_MS[level]);
    while ((await store.pruneBuckets({ level, startBefore, limit })) >= limit) {
      if (clock() - startedAt >= PRUNE_MS_MAX) return;
      await pause(STEP_PAUSE_MS);
    }
  }
}

/** Between two prunings of data keys, in milliseconds. */
export const PRUNE_DATA_KEYS_EVERY_MS = 3_600_000;

/** Keys are left for so long, in milliseconds: an event of theirs may be on its way, with an id of a clock that is behind. */
const DATA_KEY_MS_MIN = 2 * 86_400_000;

/** Removes data keys of months of which no event is stored any more. */
export async function pruneDataKeys(
  store: StoreTime & Pick<Events, "listEvents"> & Pick<DataKeys, "pruneDataKeys">,
  { passed, log }: { passed: Pick<PassedTime, "ago">; log: Log },
): Promise<void> {
  const now = store.now();
  const { events } = await store.listEvents({ oldestFirst: true, limit: 1 });
  const [oldest = now] = events.map(({ event }) => Number.parseInt(event.id.slice(4, 16), 16));
  const madeBefore = passed.ago(DATA_KEY_MS_MIN);
  const monthBefore = monthOf(Math.min(oldest, madeBefore));
  const keys = await store.pruneDataKeys({ monthBefore, madeBefore });
  if (keys > 0) log.info({ keys, monthBefore }, "old data keys removed");
}
