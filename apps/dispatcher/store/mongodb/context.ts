import type { Log } from "@hookgate/telemetry";
import type { Db } from "mongodb";
import type { ClaimsUnderWay } from "./claims_under_way.ts";
import type { StoreClock } from "./clock.ts";
import type { Collections, MetricKind } from "./collections.ts";
import type { TransactionLane } from "./lane.ts";

/** What the operations of one store work with. */
export interface MongoContext {
  db: Db;
  collections: Collections;
  clock: StoreClock;
  /** Id of the dispatcher whose store this is. */
  dispatcherId: string;
  /** For commits. */
  ingestLane: TransactionLane;
  /** For outcomes. */
  settleLane: TransactionLane;
  /** For what the edges report, so that none of it delays a commit or an outcome. */
  reportLane: TransactionLane;
  /** For replays and retention, which go on in steps. */
  stepLane: TransactionLane;
  /** Tokens of claims that calls are under way for. */
  claimsUnderWay: ClaimsUnderWay;
  /** The minute in which each kind of call last looked for old metric buckets. */
  prunedAt: Map<MetricKind, number>;
  log: Pick<Log, "info" | "warn" | "error">;
}
