import type { Log } from "@hookgate/telemetry";
import type { Db } from "mongodb";
import type { SeriesRoom } from "../contract/buckets.ts";
import type { StoreClock } from "./clock.ts";
import type { Collections } from "./collections.ts";
import type { ClaimsUnderWay } from "./transactions/claims_under_way.ts";
import type { KeyLocks } from "./transactions/key_locks.ts";
import type { TransactionQueue } from "./transactions/transaction_queue.ts";

/** Everything the operations of one store share. */
export interface MongoContext {
  db: Db;
  collections: Collections;
  clock: StoreClock;
  /** Id of the dispatcher that owns this store. */
  dispatcherId: string;
  queues: TransactionQueues;
  /** Held by transactions that write to the documents of these order keys. */
  orderLocks: KeyLocks;
  /** Tokens of the claims that current calls are making. */
  claimsUnderWay: ClaimsUnderWay;
  /** Which series of counts keep their names. */
  series: SeriesRoom;
  /** Groups of failures that are stored, and the slot of time in which that was found. */
  knownFailures: Map<string, number>;
  log: Pick<Log, "info" | "warn" | "error">;
}

/** One queue for each kind of write, so that no kind delays another. */
export interface TransactionQueues {
  /** Commits and releases. */
  commit: TransactionQueue;
  /** Outcomes that change no order. */
  settle: TransactionQueue;
  /** Outcomes and cancellations that end a delivery's turn in an order: they conflict with commits and with each other. */
  ordered: TransactionQueue;
  /** What the edges report. */
  report: TransactionQueue;
  /** Steps of replays and of retention. */
  step: TransactionQueue;
}
