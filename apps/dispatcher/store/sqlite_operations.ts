import type { DatabaseSync } from "node:sqlite";
import { prepareClaimDue } from "./sqlite_claims.ts";
import { prepareCommit } from "./sqlite_commit.ts";
import { prepareLists } from "./sqlite_lists.ts";
import { prepareCountMetrics, prepareMetrics, prepareQueueState } from "./sqlite_metrics.ts";
import { prepareRecovery } from "./sqlite_recovery.ts";
import { prepareRetryDelivery, prepareSettle } from "./sqlite_settle.ts";
import { prepareSubscriptions } from "./sqlite_subscriptions.ts";
import { prepareWaiting } from "./sqlite_waiting.ts";

/** Every operation by name, over statements that are prepared once. Each runs inside the caller's transaction. */
export type Operations = ReturnType<typeof prepareOperations>;

/** Prepares all operations of one connection. */
export function prepareOperations(db: DatabaseSync) {
  const count = prepareCountMetrics(db);
  const waiting = prepareWaiting(db);
  const recovery = prepareRecovery(db);
  const subscriptions = prepareSubscriptions(db);
  const lists = prepareLists(db);
  const sums = prepareMetrics(db);
  const queueState = prepareQueueState(db, waiting);
  return {
    commit: prepareCommit(db, count),
    claimDue: prepareClaimDue(db, waiting),
    settle: prepareSettle(db, count),
    nextDueAt: (names: readonly string[], _now: number) => waiting.nextDueAt(names),
    dueSeconds: (limit: number, _now: number) => waiting.dueSeconds(limit),
    heartbeat: recovery.heartbeat,
    takeOverAll: (_input: null, now: number) => recovery.takeOverAll(now),
    takeOver: recovery.takeOver,
    reclaim: recovery.reclaim,
    subscriptions: (_input: null, _now: number) => subscriptions.read(),
    publishSubscriptions: (
      definitions: Parameters<typeof subscriptions.publish>[0],
      _now: number,
    ) => subscriptions.publish(definitions),
    listEvents: (query: Parameters<typeof lists.listEvents>[0], _now: number) =>
      lists.listEvents(query),
    getEvent: (id: string, _now: number) => lists.getEvent(id),
    retryDelivery: prepareRetryDelivery(db),
    metrics: sums,
    queueState: (_input: null, _now: number) => queueState(),
  };
}
