import type { Log } from "@hookgate/telemetry";
import type { Db } from "mongodb";
import type { ClaimsUnderWay } from "./claims_under_way.ts";
import type { StoreClock } from "./clock.ts";
import type { Collections, MetricKind } from "./collections.ts";
import type { TransactionQueue } from "./transaction_queue.ts";

/** Everything the operations of one store share. */
export interface MongoContext {
  db: Db;
  collections: Collections;
  clock: StoreClock;
  /** Id of the dispatcher that owns this store. */
  dispatcherId: string;
  queues: TransactionQueues;
  /** Tokens of the claims that current calls are making. */
  claimsUnderWay: ClaimsUnderWay;
  /** The minute in which each kind of call last looked for old metric buckets. */
  prunedAt: Map<MetricKind, number>;
  log: Pick<Log, "info" | "warn" | "error">;
}

/** One queue for each kind of write, so that no kind delays another. */
export interface TransactionQueues {
  /** Commits and releases. */
  commit: TransactionQueue;
  /** Outcomes and cancellations. */
  settle: TransactionQueue;
  /** What the edges report. */
  report: TransactionQueue;
  /** Steps of replays and of retention. */
  step: TransactionQueue;
}
