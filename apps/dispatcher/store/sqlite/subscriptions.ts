import type { DatabaseSync } from "node:sqlite";
import {
  decideChange,
  decideDelete,
  decideExpire,
  decideOpen,
  decidePause,
  decidePublish,
  decideRemove,
  decideResume,
  deletedReason,
  deletionOf,
  hasName,
  nextSet,
  type SubscriptionsChange,
  writes,
} from "../contract/decide_subscriptions.ts";
import {
  mayWait,
  type StoredSubscription,
  type SubscriptionSet,
} from "../contract/subscriptions.ts";
import { prepareCancelWaiting, type WaitingRow } from "./cancel_waiting.ts";
import type { Order } from "./order.ts";
import { prepare, STATE_CODES } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** Waiting deliveries that one step of a deletion cancels, 25 µs each: fewer than it may, because commits wait for it. */
const CANCELLED_MAX = 128;

type SetOperations = OperationsOf<
  | "subscriptions"
  | "changedSubscriptions"
  | "publishSubscriptions"
  | "openSubscription"
  | "changeSubscription"
  | "deleteSubscription"
  | "stepDeletion"
  | "expireSubscriptions"
  | "pauseSubscription"
  | "resumeSubscription"
>;

interface SubscriptionRow {
  definition: string;
  paused: string | null;
  origin: StoredSubscription["origin"];
  used_at: number | null;
}

/** Prepares whether deliveries for the subscription of a name may become due. */
export function prepareMayWait(db: DatabaseSync): (name: string) => boolean {
  const find = prepare<{ paused: string | null }>(
    db,
    "SELECT paused FROM subscriptions WHERE name = ?",
  );
  return (name) => {
    const found = find.get(name);
    return mayWait(found && { paused: found.paused === null ? null : JSON.parse(found.paused) });
  };
}

/** Prepares what reads and changes the set of subscriptions. */
export function prepareSubscriptions(db: DatabaseSync, order: Order): SetOperations {
  const revision = prepare<{ revision: number }>(db, "SELECT revision FROM facts");
  const all = prepare<SubscriptionRow>(
    db,
    "SELECT definition, paused, origin, used_at FROM subscriptions ORDER BY name",
  );
  const next = prepare(db, "UPDATE facts SET revision = revision + 1");
  const put = prepare(
    db,
    `INSERT INTO subscriptions VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (name) DO UPDATE SET definition = ?2, paused = ?3, origin = ?4, used_at = ?5`,
  );
  const drop = prepare(db, "DELETE FROM subscriptions WHERE name = ?");
  const findWaiting = prepare<WaitingRow>(
    db,
    `SELECT row, subscription, order_key, position FROM deliveries INDEXED BY deliveries_backlog
     WHERE state = 0 AND subscription = ? LIMIT ${CANCELLED_MAX}`,
  );
  const findRunning = prepare(
    db,
    `SELECT 1 FROM deliveries INDEXED BY deliveries_open
     WHERE state <> 2 AND state = ${STATE_CODES.running} AND subscription = ? LIMIT 1`,
  );
  const cancelWaiting = prepareCancelWaiting(db, order);

  const currentRevision = () => revision.get()?.revision ?? 0;

  function read(): SubscriptionSet {
    return {
      revision: currentRevision(),
      subscriptions: all.all().map(({ definition, paused, origin, used_at }) => ({
        definition: JSON.parse(definition),
        origin,
        paused: paused === null ? null : JSON.parse(paused),
        ...(used_at !== null && { usedAt: used_at }),
      })),
    };
  }

  function change<T>(decide: (current: SubscriptionSet) => SubscriptionsChange<T>): T {
    const current = read();
    const decided = decide(current);
    const { changed, removed = [], result } = decided;
    if (!writes(decided)) return result(current);
    for (const { definition, paused, origin, usedAt } of changed) {
      const pause = paused && JSON.stringify(paused);
      const used = usedAt === undefined ? null : Math.round(usedAt);
      put.run(definition.name, JSON.stringify(definition), pause, origin, used);
    }
    for (const name of removed) drop.run(name);
    next.run();
    return result(nextSet(current, decided));
  }

  return {
    subscriptions: read,
    changedSubscriptions: (_now, known) => (currentRevision() === known ? null : read()),
    publishSubscriptions: (now, definitions) =>
      change((set) => decidePublish(set, { definitions, now })),
    openSubscription: (now, definition, { idleMs = Number.POSITIVE_INFINITY } = {}) =>
      change((set) => decideOpen(set, { definition, now, idleMs })),
    changeSubscription: (now, name, filter) =>
      change((set) => decideChange(set, { name, filter, now })),
    deleteSubscription: (now, name, { reason }) =>
      change((set) => decideDelete(set, { name, reason, now })),
    stepDeletion(now, name) {
      const set = read();
      const pause = deletionOf(set, name);
      if (!pause) return { cancelled: 0, deleted: !hasName(set, name), set };
      const waiting = findWaiting.all(name);
      cancelWaiting(waiting, { reason: deletedReason(pause), now });
      const cancelled = waiting.length;
      if (cancelled > 0 || findRunning.get(name)) return { cancelled, deleted: false, set };
      return { cancelled, deleted: true, set: change((current) => decideRemove(current, name)) };
    },
    expireSubscriptions: (now, options) => change((set) => decideExpire(set, { ...options, now })),
    pauseSubscription: (now, name, pause) =>
      change((set) => decidePause(set, { name, pause: { ...pause, at: now } })),
    resumeSubscription: (_now, name) => change((set) => decideResume(set, name)),
  };
}
