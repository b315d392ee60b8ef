import type { Log } from "@hookgate/telemetry";
import type { BacklogBound, Pause } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type {
  Backlog,
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";

/** Between two looks, in milliseconds. */
export const WATCH_BACKLOGS_EVERY_MS = 10_000;

/** Time for one look at all of them, in milliseconds: well within the lock of recurring work. The rest comes first the next time. */
const LOOK_MS_MAX = 2_000;

/** A count that took long is not made again before this many times as long has passed: at most a hundredth of the store's time … */
const COST_FACTOR = 100;

/** … but for this wait, in milliseconds: a store that is slow is no reason not to look. */
const LOOK_AGAIN_MS_MAX = 60_000;

/** How long a subscription may take to come below its bound after it was resumed, or a dispatcher was started, in milliseconds. */
const CATCH_UP_MS_MAX = 3_600_000;

/** While it does, so many times the bound may wait, whatever its age. */
const CATCH_UP_FACTOR = 2;

/** Options for {@linkcode watchBacklogs}. */
export interface WatchBacklogsOptions {
  store: StoreTime & Pick<Subscriptions, "subscriptions" | "backlog" | "pauseSubscription">;
  /** Follows the set after a pause. */
  adopt: (set: SubscriptionSet) => void;
  /** Is told of every subscription that this watch has paused. */
  onPaused?: (name: string, by: Pause["by"]) => void;
  /** Is told of every count, which stops above the bound. */
  onBacklog?: (name: string, backlog: Backlog) => void;
  /** What durations are measured with, in milliseconds. @default {performance.now} */
  clock?: () => number;
  log: Log;
}

interface Watched {
  /** Since when it has been over its bound without having been below it before; null where it has been below. */
  catchingUpSince: number | null;
  lookedAt: number;
  nextLookAt: number;
}

/** A bound that a backlog is over. */
interface Excess {
  bound: keyof BacklogBound;
  waiting: number;
  max: number;
}

/**
 * Makes the watch over what waits for subscriptions: one whose backlog is over its bound is paused, loudly, and gets no new
 * deliveries; the others go on. One that an operator or an endpoint has paused is no exception: it goes on getting
 * deliveries, and nothing takes them away. One that was resumed, or whose dispatchers were down, is given time to work off
 * what waits.
 */
export function watchBacklogs(options: WatchBacklogsOptions): () => Promise<void> {
  const { store, clock = () => performance.now() } = options;
  const watched = new Map<string, Watched>();
  return async () => {
    const startedAt = clock();
    const { subscriptions } = await store.subscriptions();
    const growing = subscriptions.filter(grows);
    const names = new Set(growing.map(({ definition }) => definition.name));
    // One that comes back has to catch up.
    for (const name of watched.keys()) if (!names.has(name)) watched.delete(name);
    const lookedAt = ({ definition }: StoredSubscription) =>
      watched.get(definition.name)?.lookedAt ?? Number.NEGATIVE_INFINITY;
    for (const subscription of growing.sort((a, b) => compare(lookedAt(a), lookedAt(b)))) {
      const now = clock();
      if (now - startedAt >= LOOK_MS_MAX) return;
      const { name } = subscription.definition;
      const known = watched.get(name) ?? { catchingUpSince: now, lookedAt: now, nextLookAt: now };
      watched.set(name, known);
      if (known.nextLookAt > now) continue;
      await look(subscription, { ...options, clock, watched: known });
      known.lookedAt = clock();
      known.nextLookAt = clock() + Math.min((clock() - now) * COST_FACTOR, LOOK_AGAIN_MS_MAX);
    }
  };
}

function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether it gets new deliveries. */
function grows({ paused }: StoredSubscription): boolean {
  return paused === null || paused.by === "operator" || paused.by === "endpoint";
}

async function look(
  { definition, paused }: StoredSubscription,
  options: WatchBacklogsOptions & { clock: () => number; watched: Watched },
): Promise<void> {
  const { store, adopt, onPaused, onBacklog, clock, watched, log } = options;
  const { name, backlog: bound } = definition;
  const { catchingUpSince: since } = watched;
  const catchesUp = since !== null && clock() - since < CATCH_UP_MS_MAX;
  const factor = catchesUp ? CATCH_UP_FACTOR : 1;
  const backlog = await store.backlog(name, { deliveriesMax: bound.deliveriesMax * factor + 1 });
  onBacklog?.(name, backlog);
  const ageMs = backlog.oldestDueAt === null ? 0 : store.now() - backlog.oldestDueAt;
  const ageMsMax = catchesUp ? Number.POSITIVE_INFINITY : bound.ageMsMax;
  if (!excessOf(backlog, { bound, ageMs })) watched.catchingUpSince = null;
  const excess = excessOf(backlog, {
    bound: {
      deliveriesMax: bound.deliveriesMax * factor,
      bytesMax: bound.bytesMax * factor,
      ageMsMax,
    },
    ageMs,
  });
  if (!excess) return;
  const before = paused ? `; before, it was paused by ${paused.by}: ${paused.reason || "-"}` : "";
  const reason = `${describe(excess)}${before}`;
  const result = await store.pauseSubscription(name, { by: "backlog", reason });
  if (result.outcome === "missing") return;
  adopt(result.set);
  // Another dispatcher was first, and has said so.
  if (result.outcome === "already_paused") return;
  log.error(
    { subscription: name, ...excess },
    "subscription paused: its backlog is over its bound; it gets nothing new until it is resumed",
  );
  onPaused?.(name, "backlog");
}

function excessOf(
  { deliveries, bytes }: Backlog,
  { bound, ageMs }: { bound: BacklogBound; ageMs: number },
): Excess | null {
  const { deliveriesMax, bytesMax, ageMsMax } = bound;
  if (deliveries > deliveriesMax) {
    return { bound: "deliveriesMax", waiting: deliveries, max: deliveriesMax };
  }
  if (bytes > bytesMax) return { bound: "bytesMax", waiting: bytes, max: bytesMax };
  return ageMs > ageMsMax ? { bound: "ageMsMax", waiting: ageMs, max: ageMsMax } : null;
}

function describe({ bound, waiting, max }: Excess): string {
  if (bound === "deliveriesMax") return `${waiting} or more deliveries wait; its bound is ${max}`;
  if (bound === "bytesMax") return `${waiting} or more bytes wait; its bound is ${max}`;
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  return `a delivery has been due for ${seconds(waiting)}; its bound is ${seconds(max)}`;
}
