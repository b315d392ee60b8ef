import type { Log } from "@hookgate/telemetry";
import type {
  HandshakeSeen,
  Pause,
  QuarantinedRequest,
  Replay,
  ReplayState,
  SecretUse,
  Subscription,
} from "@hookgate/types";
import type { Db, MongoClient } from "mongodb";
import type { Enrolment, MetricSums, QueueState } from "../contract/bookkeeping.ts";
import type { Capture } from "../contract/captures.ts";
import type {
  CancelResult,
  ClaimedDelivery,
  Deliveries,
  DispatcherActivity,
  Outcome,
  RetryResult,
  SubscriptionActivity,
} from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import type {
  DeliverySummary,
  EventDetail,
  EventPage,
  EventQuery,
  Events,
} from "../contract/events.ts";
import { OPERATION_WORDS } from "../contract/operations.ts";
import type { QuarantinePage, QuarantineQuery, ReleaseResult } from "../contract/quarantine.ts";
import type { ReplayStep, ReplayStepResult } from "../contract/replays.ts";
import type {
  Backlog,
  OpenedSubscription,
  PauseResult,
  ResumeResult,
  SubscriptionSet,
} from "../contract/subscriptions.ts";
import { Calls } from "./calls.ts";
import { claimDue } from "./claims.ts";
import { ClaimsUnderWay } from "./claims_under_way.ts";
import { ServerClock, type StoreClock } from "./clock.ts";
import { commitCaptures } from "./commit.ts";
import { connectMongo } from "./connection.ts";
import type { MongoContext } from "./context.ts";
import { getDelivery, getEvent, listEvents } from "./lists.ts";
import { sumMetrics } from "./metrics.ts";
import { getQuarantined, keepQuarantined, listQuarantine, pruneQuarantine } from "./quarantine.ts";
import { readActivity, reclaim, takeOver, writeHeartbeat } from "./recovery.ts";
import { releaseQuarantined } from "./release.ts";
import {
  countReplayBacklog,
  createReplay,
  readReplays,
  setReplayState,
  stepReplay,
} from "./replays.ts";
import { pruneEvents } from "./retention.ts";
import { cancelDelivery, retryDelivery, settleOutcomes } from "./settle.ts";
import {
  enrol,
  openEnrolment,
  readEnrolments,
  readHandshakes,
  readSecretUses,
  recordHandshakes,
  recordSecretUses,
} from "./sources.ts";
import {
  createGate,
  openSubscription,
  pauseSubscription,
  publishSubscriptions,
  readSubscriptions,
  resumeSubscription,
} from "./subscriptions.ts";
import { TransactionQueue } from "./transaction_queue.ts";
import { dueSeconds, nextDueAt, readBacklog, readQueueState } from "./waiting.ts";

/**
 * How long one call may take, in milliseconds, if the server is slow: with a shorter bound a large claim would fail again
 * and again. Without a server a call rejects within a second.
 */
const CALL_MS_MAX = 10_000;

/** Options for {@linkcode openMongoStore}. */
export interface OpenMongoStoreOptions {
  /** Address of a replica set; the database is `hookgate` if it names none. */
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
  /** The database, for the scheduler's collections. */
  readonly db: Db;
}

/**
 * Opens the store on MongoDB, which any number of dispatchers may share.
 *
 * @throws {StoreUnavailableError} if no server answers.
 * @throws {Error} if the server is no replica set, or the store is newer than this program.
 */
export async function openMongoStore(options: OpenMongoStoreOptions): Promise<MongoStore> {
  const { uri, dispatcherId, log, clock = new ServerClock(), random = Math.random } = options;
  const { client, db, collections } = await connectMongo(uri, { callMs: CALL_MS_MAX });
  const context: MongoContext = {
    db,
    collections,
    clock,
    dispatcherId,
    queues: {
      commit: new TransactionQueue({ client, random }),
      settle: new TransactionQueue({ client, random }),
      report: new TransactionQueue({ client, random }),
      step: new TransactionQueue({ client, random }),
    },
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
  readonly shared = true;
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

  /** Writes what has to exist before anything is claimed under this dispatcher's id. */
  async begin(): Promise<void> {
    const { clock, db, dispatcherId } = this.#context;
    await this.#calls.run("open the store", async () => {
      await clock.refresh(db);
      await createGate(this.#context);
      await writeHeartbeat(this.#context, { dispatcherId, activity: [] });
    });
  }

  commit(captures: readonly Capture[], options: { revision: number }) {
    return this.#calls.run(OPERATION_WORDS.commit, (signal) =>
      this.#context.claimsUnderWay.during(captures.flatMap(tokensOf), () =>
        commitCaptures(this.#context, captures, { ...options, signal }),
      ),
    );
  }

  claimDue(options: Parameters<Deliveries["claimDue"]>[0]): Promise<ClaimedDelivery[]> {
    return this.#calls.run(OPERATION_WORDS.claimDue, (signal) =>
      this.#context.claimsUnderWay.during([options.claim.token], () =>
        claimDue(this.#context, options, { signal }),
      ),
    );
  }

  settle(outcomes: readonly Outcome[]): Promise<boolean[]> {
    return this.#calls.run(OPERATION_WORDS.settle, (signal) =>
      settleOutcomes(this.#context, outcomes, { signal }),
    );
  }

  nextDueAt(subscriptions: readonly string[]): Promise<number | null> {
    return this.#calls.run(OPERATION_WORDS.nextDueAt, () =>
      nextDueAt(this.#context, subscriptions),
    );
  }

  dueSeconds(options: { limit: number }): Promise<number[]> {
    return this.#calls.run(OPERATION_WORDS.dueSeconds, (signal) =>
      dueSeconds(this.#context, options, { signal }),
    );
  }

  heartbeat(dispatcherId: string, activity: readonly SubscriptionActivity[] = []): Promise<void> {
    return this.#calls.run(OPERATION_WORDS.heartbeat, () =>
      writeHeartbeat(this.#context, { dispatcherId, activity }),
    );
  }

  activity({ staleMs }: { staleMs: number }): Promise<readonly DispatcherActivity[]> {
    return this.#calls.run(OPERATION_WORDS.activity, () =>
      readActivity(this.#context, { staleMs }),
    );
  }

  takeOver(options: { dispatcherId: string; staleMs: number }): Promise<number> {
    return this.#calls.run(OPERATION_WORDS.takeOver, (signal) =>
      takeOver(this.#context, options, { signal }),
    );
  }

  reclaim(options: { dispatcherId: string; liveTokens: ReadonlySet<string> }): Promise<number> {
    return this.#calls.run(OPERATION_WORDS.reclaim, (signal) =>
      reclaim(this.#context, options, { signal }),
    );
  }

  subscriptions(): Promise<SubscriptionSet> {
    return this.#calls.run(OPERATION_WORDS.subscriptions, () => readSubscriptions(this.#context));
  }

  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet> {
    return this.#calls.run(OPERATION_WORDS.publishSubscriptions, (signal) =>
      publishSubscriptions(this.#context, definitions, { signal }),
    );
  }

  openSubscription(definition: Subscription): Promise<OpenedSubscription> {
    return this.#calls.run(OPERATION_WORDS.openSubscription, (signal) =>
      openSubscription(this.#context, definition, { signal }),
    );
  }

  pauseSubscription(name: string, pause: Omit<Pause, "at">): Promise<PauseResult> {
    return this.#calls.run(OPERATION_WORDS.pauseSubscription, (signal) =>
      pauseSubscription(this.#context, name, { ...pause, signal }),
    );
  }

  resumeSubscription(name: string): Promise<ResumeResult> {
    return this.#calls.run(OPERATION_WORDS.resumeSubscription, (signal) =>
      resumeSubscription(this.#context, name, { signal }),
    );
  }

  backlog(name: string, options: { deliveriesMax: number }): Promise<Backlog> {
    return this.#calls.run(OPERATION_WORDS.backlog, () =>
      readBacklog(this.#context, name, options),
    );
  }

  listEvents(query: EventQuery): Promise<EventPage> {
    return this.#calls.run(OPERATION_WORDS.listEvents, () => listEvents(this.#context, query));
  }

  getEvent(id: string): Promise<EventDetail | null> {
    return this.#calls.run(OPERATION_WORDS.getEvent, () => getEvent(this.#context, id));
  }

  getDelivery(id: string): Promise<DeliverySummary | null> {
    return this.#calls.run(OPERATION_WORDS.getDelivery, () => getDelivery(this.#context, id));
  }

  retryDelivery(id: string): Promise<RetryResult> {
    return this.#calls.run(OPERATION_WORDS.retryDelivery, () => retryDelivery(this.#context, id));
  }

  cancelDelivery(id: string, { reason }: { reason: string }): Promise<CancelResult> {
    return this.#calls.run(OPERATION_WORDS.cancelDelivery, (signal) =>
      cancelDelivery(this.#context, id, { reason, signal }),
    );
  }

  createReplay(replay: Replay): Promise<void> {
    return this.#calls.run(OPERATION_WORDS.createReplay, (signal) =>
      createReplay(this.#context, replay, { signal }),
    );
  }

  replays(): Promise<Replay[]> {
    return this.#calls.run(OPERATION_WORDS.replays, () => readReplays(this.#context));
  }

  setReplayState(id: string, state: ReplayState): Promise<Replay | null> {
    return this.#calls.run(OPERATION_WORDS.setReplayState, (signal) =>
      setReplayState(this.#context, id, { state, signal }),
    );
  }

  stepReplay(id: string, step: ReplayStep): Promise<ReplayStepResult> {
    return this.#calls.run(OPERATION_WORDS.stepReplay, (signal) =>
      stepReplay(this.#context, id, { step, signal }),
    );
  }

  replayBacklog(id: string, options: { limit: number }): Promise<number> {
    return this.#calls.run(OPERATION_WORDS.replayBacklog, () =>
      countReplayBacklog(this.#context, id, options),
    );
  }

  pruneEvents(options: Parameters<Events["pruneEvents"]>[0]): ReturnType<Events["pruneEvents"]> {
    return this.#calls.run(OPERATION_WORDS.pruneEvents, (signal) =>
      pruneEvents(this.#context, options, { signal }),
    );
  }

  metrics(options: { windowMs: number }): Promise<MetricSums> {
    return this.#calls.run(OPERATION_WORDS.metrics, () => sumMetrics(this.#context, options));
  }

  queueState(): Promise<QueueState> {
    return this.#calls.run(OPERATION_WORDS.queueState, () => readQueueState(this.#context));
  }

  quarantine(requests: readonly QuarantinedRequest[]): Promise<number> {
    return this.#calls.run(OPERATION_WORDS.quarantine, (signal) =>
      keepQuarantined(this.#context, requests, { signal }),
    );
  }

  listQuarantine(query: QuarantineQuery): Promise<QuarantinePage> {
    return this.#calls.run(OPERATION_WORDS.listQuarantine, () =>
      listQuarantine(this.#context, query),
    );
  }

  getQuarantined(id: string): Promise<QuarantinedRequest | null> {
    return this.#calls.run(OPERATION_WORDS.getQuarantined, () => getQuarantined(this.#context, id));
  }

  release(
    id: string,
    options: { capture: Capture; revision: number },
  ): Promise<ReleaseResult | null> {
    return this.#calls.run(OPERATION_WORDS.release, (signal) =>
      this.#context.claimsUnderWay.during(tokensOf(options.capture), () =>
        releaseQuarantined(this.#context, id, { ...options, signal }),
      ),
    );
  }

  pruneQuarantine(options: { receivedBefore: number }): Promise<number> {
    return this.#calls.run(OPERATION_WORDS.pruneQuarantine, (signal) =>
      pruneQuarantine(this.#context, options, { signal }),
    );
  }

  recordSecretUses(uses: readonly SecretUse[]): Promise<void> {
    return this.#calls.run(OPERATION_WORDS.recordSecretUses, (signal) =>
      recordSecretUses(this.#context, uses, { signal }),
    );
  }

  secretUses(): Promise<SecretUse[]> {
    return this.#calls.run(OPERATION_WORDS.secretUses, () => readSecretUses(this.#context));
  }

  recordHandshakes(seen: readonly HandshakeSeen[]): Promise<void> {
    return this.#calls.run(OPERATION_WORDS.recordHandshakes, (signal) =>
      recordHandshakes(this.#context, seen, { signal }),
    );
  }

  handshakes(): Promise<HandshakeSeen[]> {
    return this.#calls.run(OPERATION_WORDS.handshakes, () => readHandshakes(this.#context));
  }

  openEnrolment(options: { source: string; until: number }): Promise<void> {
    return this.#calls.run(OPERATION_WORDS.openEnrolment, () =>
      openEnrolment(this.#context, options),
    );
  }

  enrol(options: { source: string; secret: string }): Promise<boolean> {
    return this.#calls.run(OPERATION_WORDS.enrol, (signal) =>
      enrol(this.#context, options, { signal }),
    );
  }

  enrolments(): Promise<readonly Enrolment[]> {
    return this.#calls.run(OPERATION_WORDS.enrolments, () => readEnrolments(this.#context));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#calls.close();
    await Promise.all(Object.values(this.#context.queues).map((queue) => queue.close()));
    await this.#client.close();
  }
}

/** Tokens of the claims under which a capture's deliveries are stored. */
function tokensOf({ deliveries }: Capture): string[] {
  return deliveries.flatMap(({ claim }) => claim?.token ?? []);
}
