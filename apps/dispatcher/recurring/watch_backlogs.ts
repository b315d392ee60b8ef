import { deadline } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { BacklogBound, Pause } from "@hookgate/types";
import type {
  Backlog,
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";

/** Between two looks, in milliseconds. */
export const WATCH_BACKLOGS_EVERY_MS = 10_000;

/** Time for one look at all subscriptions, in milliseconds: well within the lock of recurring work. The next look starts with the rest. */
const LOOK_MS_MAX = 2_000;

/** How long one count is waited for, in milliseconds. */
const COUNT_MS_MAX = 1_000;

/** A count is repeated after this many times as long as it took, so that counting takes at most a hundredth of the store's time … */
const COST_FACTOR = 100;

/** … but after this time at the latest, in milliseconds: a slow store is watched too. */
const LOOK_AGAIN_MS_MAX = 60_000;

/** How long a subscription may take to get below its bound after it was resumed or a dispatcher started, in milliseconds. */
const CATCH_UP_MS_MAX = 3_600_000;

/** Until then, this many times the bound may wait, however old it is. */
const CATCH_UP_FACTOR = 2;

/** Options for {@linkcode watchBacklogs}. */
export interface WatchBacklogsOptions {
  store: Pick<
    Subscriptions,
    "subscriptions" | "waitingSubscriptions" | "backlog" | "pauseSubscription"
  >;
  /** How long a delivery that was due at `at` has been due, in milliseconds. */
  dueForMs: (at: number) => number;
  /** Follows the set after a pause. */
  adopt: (set: SubscriptionSet) => void;
  /** Called for every subscription that this watch pauses. */
  onPaused?: (name: string, by: Pause["by"]) => void;
  /** Called with every count. Counting stops above the bound. */
  onBacklog?: (name: string, backlog: Backlog) => void;
  /** What durations are measured with, in milliseconds. @default {performance.now} */
  clock?: () => number;
  log: Log;
}

interface Watched {
  /** Since when it is catching up, having not been below its bound yet; null once it was below. */
  catchingUpSince: number | null;
  lookedAt: number;
  nextLookAt: number;
}

/** A bound that a backlog exceeds. */
interface Excess {
  bound: keyof BacklogBound;
  waiting: number;
  max: number;
}

/**
 * Watches the backlogs of subscriptions. One that exceeds its bound is paused, with an error in the log, and gets no new
 * deliveries; the others are not affected. This includes subscriptions that an operator or an endpoint has paused, as
 * they still get deliveries that nothing works off. One that was resumed, or whose dispatchers were down, is given time
 * to catch up.
 */
export function watchBacklogs(options: WatchBacklogsOptions): () => Promise<void> {
  const { store, clock = () => performance.now() } = options;
  const watched = new Map<string, Watched>();
  return async () => {
    const startedAt = clock();
    const [{ subscriptions }, waiting] = await Promise.all([
      store.subscriptions(),
      store.waitingSubscriptions(),
    ]);
    const some = new Set(waiting);
    const growing = subscriptions.filter(grows);
    const names = new Set(growing.map(({ definition }) => definition.name));
    // One that is resumed later has to catch up again.
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
      // Set first: one whose count fails must not be counted first each time, ahead of all others.
      known.lookedAt = now;
      await lookInTime(subscription, { ...options, clock, watched: known, some });
      known.nextLookAt = clock() + Math.min((clock() - now) * COST_FACTOR, LOOK_AGAIN_MS_MAX);
    }
  };
}

/** Looks at one subscription. If its count fails or hangs, the others are looked at all the same. */
async function lookInTime(subscription: StoredSubscription, options: LookOptions): Promise<void> {
  const { log } = options;
  const { name } = subscription.definition;
  const late = () => {
    const fields = { subscription: name, ms: COUNT_MS_MAX };
    log.warn(fields, "backlog not counted yet, counting those of other subscriptions");
  };
  try {
    await deadline(look(subscription, options), { ms: COUNT_MS_MAX, late });
  } catch (error) {
    const fields = { err: error, subscription: name };
    log.error(fields, `backlog not counted, trying again in ${WATCH_BACKLOGS_EVERY_MS} ms`);
  }
}

interface LookOptions extends WatchBacklogsOptions {
  clock: () => number;
  watched: Watched;
  /** Subscriptions for which something waits: only they are counted, so that a look costs no more with many that are idle. */
  some: ReadonlySet<string>;
}

const NOTHING: Backlog = { deliveries: 0, bytes: 0, oldestDueAt: null };

function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether it gets new deliveries. */
function grows({ paused }: StoredSubscription): boolean {
  return paused === null || paused.by === "operator" || paused.by === "endpoint";
}

async function look(
  { definition, paused }: StoredSubscription,
  options: LookOptions,
): Promise<void> {
  const { store, dueForMs, adopt, onPaused, onBacklog, clock, watched, log } = options;
  const { name, backlog: bound } = definition;
  const { catchingUpSince: since } = watched;
  const catchesUp = since !== null && clock() - since < CATCH_UP_MS_MAX;
  const factor = catchesUp ? CATCH_UP_FACTOR : 1;
  const deliveriesMax = bound.deliveriesMax * factor + 1;
  const backlog = options.some.has(name) ? await store.backlog(name, { deliveriesMax }) : NOTHING;
  onBacklog?.(name, backlog);
  const ageMs = backlog.oldestDueAt === null ? 0 : dueForMs(backlog.oldestDueAt);
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
  // Another dispatcher was first, and has logged it.
  if (result.outcome === "already_paused") return;
  log.error(
    { subscription: name, ...excess },
    "subscription paused: its backlog exceeds its bound; it gets nothing new until it is resumed",
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
