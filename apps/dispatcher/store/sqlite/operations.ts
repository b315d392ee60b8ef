import type { DatabaseSync } from "node:sqlite";
import { prepareClaimDue } from "./claims.ts";
import { prepareCommit } from "./commit.ts";
import { prepareDedupe } from "./dedupe.ts";
import { createDiskReserve, DiskReserveError, type DiskReserveOptions } from "./disk_reserve.ts";
import { prepareEnrolments } from "./enrolments.ts";
import { prepareFileSpace } from "./file.ts";
import { prepareHandshakes } from "./handshakes.ts";
import { prepareLists } from "./lists.ts";
import { prepareCountMetrics, prepareMetrics, prepareQueueState } from "./metrics.ts";
import { prepareNewDeliveries } from "./new_delivery.ts";
import { prepareOrder } from "./order.ts";
import { prepareQuarantine } from "./quarantine.ts";
import { prepareRecovery } from "./recovery.ts";
import { prepareRelease } from "./release.ts";
import { prepareReplays } from "./replays.ts";
import { preparePruneEvents } from "./retention.ts";
import { prepareSecretUses } from "./secret_uses.ts";
import { prepareCancelDelivery, prepareRetryDelivery, prepareSettle } from "./settle.ts";
import { prepareSubscriptions } from "./subscriptions.ts";
import { prepareWaiting } from "./waiting.ts";

/** Every operation by name, over statements that are prepared once. Each runs inside the caller's transaction. */
export type Operations = ReturnType<typeof prepareOperations>;

/** Options for {@linkcode prepareOperations}. */
export interface OperationsOptions {
  /** @default {the file system's own} */
  disk?: Pick<DiskReserveOptions, "statfs">;
}

/** Prepares all operations of one connection. */
export function prepareOperations(db: DatabaseSync, { disk = {} }: OperationsOptions = {}) {
  const file = db.location();
  const reserve = file
    ? createDiskReserve({ ...disk, path: file, space: prepareFileSpace(db, file) })
    : null;
  const count = prepareCountMetrics(db);
  const dedupe = prepareDedupe(db);
  const order = prepareOrder(db);
  const newDeliveries = prepareNewDeliveries(db, order);
  const commit = prepareCommit(db, { count, dedupe, newDeliveries });
  const replays = prepareReplays(db, { deliveries: newDeliveries, order });
  const pruneEvents = preparePruneEvents(db, { dedupe, order });
  const waiting = prepareWaiting(db);
  const recovery = prepareRecovery(db);
  const subscriptions = prepareSubscriptions(db);
  const lists = prepareLists(db);
  const sums = prepareMetrics(db);
  const queueState = prepareQueueState(db, waiting);
  const quarantine = prepareQuarantine(db);
  const secretUses = prepareSecretUses(db);
  const handshakes = prepareHandshakes(db);
  const enrolments = prepareEnrolments(db);
  return {
    commit(input: Parameters<typeof commit>[0], now: number) {
      if (reserve && !reserve.take(input.captures.length, input.bytes.length)) {
        throw new DiskReserveError("Cannot store captures: the disk is below its reserve");
      }
      return commit(input, now);
    },
    diskHasRoom: (_input: null, _now: number) => reserve?.check() ?? true,
    claimDue: prepareClaimDue(db, waiting),
    settle: prepareSettle(db, { count, order }),
    nextDueAt: (names: readonly string[], _now: number) => waiting.nextDueAt(names),
    dueSeconds: (limit: number, _now: number) => waiting.dueSeconds(limit),
    heartbeat: recovery.heartbeat,
    takeOverAll: (_input: null, now: number) => recovery.takeOverAll(now),
    takeOver: recovery.takeOver,
    reclaim: recovery.reclaim,
    subscriptions: (_input: null, _now: number) => subscriptions.read(),
    publishSubscriptions: subscriptions.publish,
    openSubscription: (definition: Parameters<typeof subscriptions.open>[0], _now: number) =>
      subscriptions.open(definition),
    pauseSubscription: subscriptions.pause,
    resumeSubscription: (name: string, _now: number) => subscriptions.resume(name),
    backlog: ({ name, deliveriesMax }: { name: string; deliveriesMax: number }, _now: number) =>
      waiting.backlog(name, deliveriesMax),
    listEvents: (query: Parameters<typeof lists.listEvents>[0], _now: number) =>
      lists.listEvents(query),
    getEvent: (id: string, _now: number) => lists.getEvent(id),
    getDelivery: (id: string, _now: number) => lists.getDelivery(id),
    retryDelivery: prepareRetryDelivery(db),
    cancelDelivery: prepareCancelDelivery(db, order),
    createReplay: (replay: Parameters<typeof replays.create>[0], _now: number) =>
      replays.create(replay),
    replays: (_input: null, _now: number) => replays.all(),
    setReplayState: replays.setState,
    stepReplay: replays.step,
    replayBacklog: (input: Parameters<typeof replays.backlog>[0], _now: number) =>
      replays.backlog(input),
    pruneEvents,
    metrics: sums,
    queueState: (_input: null, _now: number) => queueState(),
    quarantine: (input: Parameters<typeof quarantine.keep>[0], _now: number) =>
      quarantine.keep(input),
    listQuarantine: (query: Parameters<typeof quarantine.list>[0], _now: number) =>
      quarantine.list(query),
    getQuarantined: (id: string, _now: number) => quarantine.get(id),
    pruneQuarantine: (receivedBefore: number, _now: number) => quarantine.prune(receivedBefore),
    release: prepareRelease(db, commit),
    recordSecretUses: (uses: Parameters<typeof secretUses.record>[0], _now: number) =>
      secretUses.record(uses),
    secretUses: (_input: null, _now: number) => secretUses.read(),
    recordHandshakes: (seen: Parameters<typeof handshakes.record>[0], _now: number) =>
      handshakes.record(seen),
    handshakes: (_input: null, _now: number) => handshakes.read(),
    openEnrolment: (input: Parameters<typeof enrolments.open>[0], _now: number) =>
      enrolments.open(input),
    enrol: enrolments.enrol,
    enrolments: (_input: null, now: number) => enrolments.read(now),
  };
}
