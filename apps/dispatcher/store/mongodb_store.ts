import type { Log } from "@hookgate/telemetry";
import type { Subscription } from "@hookgate/types";
import type { Db, MongoClient } from "mongodb";
import type {
  Capture,
  ClaimedDelivery,
  EventDetail,
  EventPage,
  EventQuery,
  EventStore,
  MetricSums,
  Outcome,
  QueueState,
  RetryResult,
  SubscriptionSet,
} from "./event_store.ts";
import { Calls } from "./mongodb_calls.ts";
import { claimDue } from "./mongodb_claims.ts";
import { ClaimsUnderWay } from "./mongodb_claims_under_way.ts";
import { ServerClock, type StoreClock } from "./mongodb_clock.ts";
import { commitCaptures } from "./mongodb_commit.ts";
import { connectMongo } from "./mongodb_connection.ts";
import type { MongoContext } from "./mongodb_context.ts";
import { TransactionLane } from "./mongodb_lane.ts";
import { getEvent, listEvents } from "./mongodb_lists.ts";
import { sumMetrics } from "./mongodb_metrics.ts";
import { dueSeconds, nextDueAt, readQueueState, retryDelivery } from "./mongodb_queue.ts";
import { reclaim, takeOver, writeHeartbeat } from "./mongodb_recovery.ts";
import { settleOutcomes } from "./mongodb_settle.ts";
import { createGate, publishSubscriptions, readSubscriptions } from "./mongodb_subscriptions.ts";

/**
 * How long one call may take, in milliseconds. This is for a server that is there and slow: a bound that is too short
 * would make a large claim fail again and again. Where no server is there a call rejects within a second.
 */
const CALL_MS_MAX = 10_000;

/** Options for {@linkcode openMongoStore}. */
export interface OpenMongoStoreOptions {
  /** Address of a replica set; the database `hookgate` where it names none. */
  uri: string;
  /** Id of this dispatcher, new with each start. */
  dispatcherId: string;
  log: Pick<Log, "info" | "warn" | "error">;
  /** @default {new ServerClock()} */
  clock?: StoreClock;
  /** @default {Math.random} */
  random?: () => number;
}

/** The store on MongoDB. */
export interface MongoStore extends EventStore {
  /** The database, for what is kept beside the events. */
  readonly db: Db;
}

/**
 * Opens the store on MongoDB, which any number of dispatchers may share.
 *
 * @throws {StoreUnavailableError} where no server answers.
 * @throws {Error} where the server is no replica set, or the store is newer than this program.
 */
export async function openMongoStore(options: OpenMongoStoreOptions): Promise<MongoStore> {
  const { uri, dispatcherId, log, clock = new ServerClock(), random = Math.random } = options;
  const { client, db, collections } = await connectMongo(uri, { callMs: CALL_MS_MAX });
  const context: MongoContext = {
    db,
    collections,
    clock,
    dispatcherId,
    ingestLane: new TransactionLane({ client, random }),
    settleLane: new TransactionLane({ client, random }),
    claimsUnderWay: new ClaimsUnderWay(),
    prunedAt: new Map(),
    log,
  };
  const store = new Store(client, context);
  try {
    await store.begin();
    log.info({ database: db.databaseName, dispatcherId }, "store opened");
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class Store implements MongoStore {
  readonly kind = "mongodb";
  readonly #client: MongoClient;
  readonly #context: MongoContext;
  readonly #calls = new Calls({ timeoutMs: CALL_MS_MAX });
  #closing: Promise<void> | null = null;

  constructor(client: MongoClient, context: MongoContext) {
    this.#client = client;
    this.#context = context;
  }

  get db(): Db {
    return this.#context.db;
  }

  now(): number {
    return this.#context.clock.now();
  }

  /** What has to be there before anything is claimed under this dispatcher's id. */
  async begin(): Promise<void> {
    const { clock, db, dispatcherId } = this.#context;
    await this.#calls.run("open the store", async () => {
      await clock.refresh(db);
      await createGate(this.#context);
      await writeHeartbeat(this.#context, dispatcherId);
    });
  }

  commit(captures: readonly Capture[], options: { revision: number }) {
    const claims = captures.flatMap(({ deliveries }) => deliveries.map(({ claim }) => claim));
    const tokens = claims.flatMap((claim) => claim?.token ?? []);
    return this.#calls.run("store events", (signal) =>
      this.#context.claimsUnderWay.during(tokens, () =>
        commitCaptures(this.#context, captures, { ...options, signal }),
      ),
    );
  }

  claimDue(options: Parameters<EventStore["claimDue"]>[0]): Promise<ClaimedDelivery[]> {
    return this.#calls.run("claim deliveries", (signal) =>
      this.#context.claimsUnderWay.during([options.claim.token], () =>
        claimDue(this.#context, options, { signal }),
      ),
    );
  }

  settle(outcomes: readonly Outcome[]): Promise<boolean[]> {
    return this.#calls.run("write outcomes", (signal) =>
      settleOutcomes(this.#context, outcomes, { signal }),
    );
  }

  nextDueAt(subscriptions: readonly string[]): Promise<number | null> {
    return this.#calls.run("read due times", () => nextDueAt(this.#context, subscriptions));
  }

  dueSeconds(options: { limit: number }): Promise<number[]> {
    return this.#calls.run("read due times", (signal) =>
      dueSeconds(this.#context, options, { signal }),
    );
  }

  heartbeat(dispatcherId: string): Promise<void> {
    return this.#calls.run("write a heartbeat", () => writeHeartbeat(this.#context, dispatcherId));
  }

  takeOver(options: { dispatcherId: string; staleMs: number }): Promise<number> {
    return this.#calls.run("take over", (signal) => takeOver(this.#context, options, { signal }));
  }

  reclaim(options: { dispatcherId: string; liveTokens: ReadonlySet<string> }): Promise<number> {
    return this.#calls.run("reclaim deliveries", (signal) =>
      reclaim(this.#context, options, { signal }),
    );
  }

  subscriptions(): Promise<SubscriptionSet> {
    return this.#calls.run("read subscriptions", () => readSubscriptions(this.#context));
  }

  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet> {
    return this.#calls.run("publish subscriptions", (signal) =>
      publishSubscriptions(this.#context, definitions, { signal }),
    );
  }

  listEvents(query: EventQuery): Promise<EventPage> {
    return this.#calls.run("list events", () => listEvents(this.#context, query));
  }

  getEvent(id: string): Promise<EventDetail | null> {
    return this.#calls.run("read an event", () => getEvent(this.#context, id));
  }

  retryDelivery(id: string): Promise<RetryResult> {
    return this.#calls.run("retry a delivery", () => retryDelivery(this.#context, id));
  }

  metrics(options: { windowMs: number }): Promise<MetricSums> {
    return this.#calls.run("read metrics", () => sumMetrics(this.#context, options));
  }

  queueState(): Promise<QueueState> {
    return this.#calls.run("read the queue", () => readQueueState(this.#context));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#calls.close();
    const { ingestLane, settleLane } = this.#context;
    await Promise.all([ingestLane.close(), settleLane.close()]);
    await this.#client.close();
  }
}
