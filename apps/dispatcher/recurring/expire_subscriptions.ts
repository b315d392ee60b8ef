import type { Log } from "@hookgate/telemetry";
import type { PassedTime } from "../sources/passed_time.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { SubscriptionSet, Subscriptions } from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";
import { deleteInSteps } from "../subscriptions/delete_in_steps.ts";

/** Between two looks, in milliseconds. */
export const EXPIRE_SUBSCRIPTIONS_EVERY_MS = 5_000;

/** Time for the deletions of one look, in milliseconds: within the lock of recurring work. */
const DELETE_MS_MAX = 2_000;

/** After a start, subscribers get this long to come back before names expire, in milliseconds; less if names expire earlier. */
const RETURN_MS_MAX = 3_600_000;

/** Options for {@linkcode expireSubscriptions}. */
export interface ExpireSubscriptionsOptions {
  store: StoreTime & Pick<Subscriptions, "subscriptions" | "expireSubscriptions" | "stepDeletion">;
  passed: Pick<PassedTime, "ago">;
  /** Which subscriptions have subscribers, on any dispatcher. */
  activity: Pick<Activity, "all">;
  /** After how long without a subscriber a name expires, in milliseconds. */
  idleMs: () => number;
  /** Follows the set after a change. */
  adopt: (set: SubscriptionSet) => void;
  /** Measures durations, in milliseconds. @default {performance.now} */
  clock?: () => number;
  log: Log;
}

/**
 * Deletes subscriptions that nobody has used for long, with what waits for them, and finishes deletions that were begun.
 * Never silently: the log has the name, the reason and how many deliveries were cancelled.
 */
export function expireSubscriptions(options: ExpireSubscriptionsOptions): () => Promise<void> {
  const { store, passed, activity, idleMs, adopt, clock = () => performance.now(), log } = options;
  const startedAt = clock();
  const cancelled = new Map<string, number>();
  return async () => {
    const begunAt = clock();
    const hadTime = begunAt - startedAt >= Math.min(RETURN_MS_MAX, idleMs());
    const set = hadTime ? await expire() : await store.subscriptions();
    for (const { definition, paused } of set.subscriptions) {
      const left = DELETE_MS_MAX - (clock() - begunAt);
      if (left <= 0) return;
      if (paused?.by !== "deletion") continue;
      const { name } = definition;
      const step = await deleteInSteps(name, { store, ms: left, clock });
      cancelled.set(name, (cancelled.get(name) ?? 0) + step.cancelled);
      if (!step.deleted) continue;
      adopt(step.set);
      const fields = { subscription: name, reason: paused.reason };
      log.warn(
        { ...fields, cancelled: cancelled.get(name) },
        "subscription deleted, what waited for it is cancelled",
      );
      cancelled.delete(name);
    }
  };

  async function expire(): Promise<SubscriptionSet> {
    const all = await activity.all();
    const connected = [...all.values()].flatMap(({ name, streams }) => (streams > 0 ? name : []));
    // On the store's clock, which may have been set over some of it.
    const idleOnClockMs = store.now() - passed.ago(idleMs());
    const { expired, set } = await store.expireSubscriptions({ connected, idleMs: idleOnClockMs });
    if (expired.length > 0) adopt(set);
    for (const { name, reason } of expired) {
      log.warn({ subscription: name, reason }, "subscription expired, deleting it");
    }
    return set;
  }
}
