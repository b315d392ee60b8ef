import type { DatabaseSync } from "node:sqlite";
import { SeriesRoom } from "../contract/buckets.ts";
import { DiskReserveError } from "../contract/event_store.ts";
import { prepareAudit } from "./audit.ts";
import { prepareEnrolments, prepareHandshakes, prepareSecretUses } from "./bookkeeping.ts";
import { prepareChanges } from "./changes.ts";
import { prepareClaimDue } from "./claims.ts";
import { prepareCommit } from "./commit.ts";
import { prepareDataKeys } from "./data_keys.ts";
import { prepareDedupe } from "./dedupe.ts";
import { createDiskReserve, type DiskReserveOptions } from "./disk_reserve.ts";
import { prepareCountFailures, prepareFailures } from "./failures.ts";
import { prepareFileSpace } from "./file.ts";
import { prepareFinding } from "./finding.ts";
import { prepareLists } from "./lists.ts";
import { prepareCountMetrics, prepareMetrics, prepareQueueState } from "./metrics.ts";
import { prepareNewDeliveries } from "./new_delivery.ts";
import { prepareNotes } from "./notes.ts";
import { prepareOrder } from "./order.ts";
import { prepareProposals } from "./proposals.ts";
import { prepareQuarantine, prepareRelease } from "./quarantine.ts";
import { prepareRecovery } from "./recovery.ts";
import { prepareReplays } from "./replays.ts";
import { preparePruneEvents } from "./retention.ts";
import { prepareChangeDelivery, prepareSettle } from "./settle.ts";
import { prepareSteadyTime } from "./steady_time.ts";
import { prepareSubscriptions } from "./subscriptions.ts";
import { prepareCheck } from "./upkeep/check.ts";
import { prepareDurability } from "./upkeep/durability.ts";
import { prepareWaiting } from "./waiting.ts";
import type { WorkerOperations } from "./wire.ts";

/** Options for {@linkcode prepareOperations}. */
export interface OperationsOptions {
  /** @default {the file system's own} */
  disk?: Pick<DiskReserveOptions, "statfs">;
}

/** Prepares every operation of one connection, over statements prepared once. Each runs inside the caller's transaction. */
export function prepareOperations(
  db: DatabaseSync,
  { disk = {} }: OperationsOptions = {},
): WorkerOperations {
  const file = db.location();
  const reserve = file
    ? createDiskReserve({ ...disk, path: file, space: prepareFileSpace(db, file) })
    : null;
  const count = prepareCountMetrics(db);
  const series = new SeriesRoom();
  const failures = prepareCountFailures(db);
  const dedupe = prepareDedupe(db);
  const time = prepareSteadyTime(db);
  const order = prepareOrder(db, time);
  const newDeliveries = prepareNewDeliveries(db, { order, time });
  const commit = prepareCommit(db, { count, series, dedupe, newDeliveries });
  const waiting = prepareWaiting(db, time);
  return {
    commit(now, input) {
      if (reserve && !reserve.take(input.captures, input.bytes.length)) {
        throw new DiskReserveError("the disk is below its reserve");
      }
      return commit(now, input);
    },
    diskHasRoom: () => reserve?.check() ?? true,
    ...prepareClaimDue(db, { waiting, time }),
    ...prepareSettle(db, { count, series, failures, order, time }),
    ...prepareChangeDelivery(db, { order, time }),
    ...prepareRecovery(db, time),
    ...waiting.operations,
    ...prepareSubscriptions(db, order),
    ...prepareLists(db, time),
    ...preparePruneEvents(db, { dedupe, order }),
    pruneKeys: dedupe.pruneKeys,
    ...prepareReplays(db, { deliveries: newDeliveries, order }),
    ...prepareQuarantine(db),
    ...prepareRelease(db, commit),
    ...prepareMetrics(db, { count, series }),
    ...prepareQueueState(db, waiting),
    ...prepareSecretUses(db),
    ...prepareHandshakes(db),
    ...prepareEnrolments(db),
    ...prepareAudit(db),
    ...prepareFailures(db),
    ...prepareChanges(db),
    ...prepareNotes(db),
    ...prepareFinding(db, dedupe),
    ...prepareDataKeys(db),
    ...prepareProposals(db),
    ...prepareCheck(db),
    ...prepareDurability(db),
  };
}
