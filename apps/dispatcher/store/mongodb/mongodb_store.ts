import type { Log } from "@hookgate/telemetry";
import type { Db } from "mongodb";
import { SeriesRoom } from "../contract/buckets.ts";
import type { Capture } from "../contract/captures.ts";
import type { EventStore } from "../contract/event_store.ts";
import { OPERATION_WORDS, type OperationName, type Operations } from "../contract/operations.ts";
import { pruneAudit, readAudit, recordAudit } from "./audit.ts";
import { pruneChanges, readChanges, recordChanges } from "./changes.ts";
import { checkStep } from "./check.ts";
import { claimDue } from "./claims.ts";
import { ServerClock, type StoreClock } from "./clock.ts";
import { commitCaptures } from "./commit.ts";
import { closeClient, connectMongo } from "./connection.ts";
import type { MongoContext } from "./context.ts";
import {
  eraseDataKeys,
  keepDataKeys,
  pruneDataKeys,
  readDataKeys,
  readDataKeysOf,
} from "./data_keys.ts";
import { readDurability } from "./durability.ts";
import { markFailure, pruneFailures, readFailure, readFailures } from "./failures.ts";
import { countEvents, readBodies, readKnownBy } from "./finding.ts";
import { getDelivery, getEvent, listEvents } from "./lists.ts";
import { pruneBuckets, readBuckets, recordRequests, sumMetrics } from "./metrics.ts";
import { readNote, writeNote } from "./notes.ts";
import { decideProposal, endProposal, keepProposal, readProposals } from "./proposals.ts";
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
import { pruneEvents, pruneKeys } from "./retention.ts";
import { cancelDelivery, retryDelivery, settleOutcomes } from "./settle.ts";
import {
  enrol,
  openEnrolment,
  readEnrolments,
  readHandshakes,
  readSecretUses,
  recordHandshakes,
  recordSecretUses,
  revokeEnrolment,
} from "./sources.ts";
import {
  changeSubscription,
  createGate,
  deleteSubscription,
  expireSubscriptions,
  openSubscription,
  pauseSubscription,
  publishSubscriptions,
  readChanged,
  readSubscriptions,
  resumeSubscription,
  stepDeletion,
} from "./subscriptions.ts";
import { CALL_MS_MAX, Calls } from "./transactions/calls.ts";
import { ClaimsUnderWay } from "./transactions/claims_under_way.ts";
import { KeyLocks } from "./transactions/key_locks.ts";
import { TransactionQueue } from "./transactions/transaction_queue.ts";
import { dueSeconds, namesWaiting, nextDueAt, readBacklog, readQueueState } from "./waiting.ts";

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
  const { client, db, collections } = await connectMongo(uri, { callMs: CALL_MS_MAX, log });
  const context: MongoContext = {
    db,
    collections,
    clock,
    dispatcherId,
    queues: {
      commit: new TransactionQueue({ client, random, log }),
      settle: new TransactionQueue({ client, random, log }),
      ordered: new TransactionQueue({ client, random, log }),
      report: new TransactionQueue({ client, random, log }),
      step: new TransactionQueue({ client, random, log }),
    },
    orderLocks: new KeyLocks(),
    claimsUnderWay: new ClaimsUnderWay(),
    series: new SeriesRoom(),
    knownFailures: new Map(),
    log,
  };
  const calls = new Calls({ timeoutMs: CALL_MS_MAX });
  const close = async () => {
    await calls.close();
    await Promise.all(Object.values(context.queues).map((queue) => queue.close()));
    await closeClient(client);
  };
  try {
    // Both have to exist before anything is claimed under this dispatcher's id.
    await calls.run("open the store", async () => {
      await clock.refresh(db);
      await createGate(context);
      await writeHeartbeat(context, { dispatcherId, activity: [] });
    });
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ database: db.databaseName, dispatcherId }, "store opened");
  let closed: Promise<void> | null = null;
  return {
    ...guardedOperations(context, calls),
    kind: "mongodb",
    shared: true,
    backUp: null,
    db,
    now: () => clock.now(),
    clockSteps: () => clock.steps ?? 0,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/** An operation on the database. It checks the signal before each further step. */
type MongoOperation<K extends OperationName> = (
  context: MongoContext,
  args: Parameters<Operations[K]>,
  options: { signal: AbortSignal },
) => ReturnType<Operations[K]>;

/** Every operation of the contract. */
const OPERATIONS: { [K in OperationName]: MongoOperation<K> } = {
  commit: (context, [captures, options], { signal }) =>
    context.claimsUnderWay.during(captures.flatMap(tokensOf), () =>
      commitCaptures(context, captures, { ...options, signal }),
    ),
  claimDue: (context, [input], options) =>
    context.claimsUnderWay.during([input.claim.token], () => claimDue(context, input, options)),
  settle: (context, [outcomes], options) => settleOutcomes(context, outcomes, options),
  nextDueAt: (context, [subscriptions]) => nextDueAt(context, subscriptions),
  dueSeconds: (context, [input], options) => dueSeconds(context, input, options),
  heartbeat: (context, [dispatcherId, activity = []]) =>
    writeHeartbeat(context, { dispatcherId, activity }),
  activity: (context, [input]) => readActivity(context, input),
  takeOver: (context, [input], options) => takeOver(context, input, options),
  reclaim: (context, [input], options) => reclaim(context, input, options),
  retryDelivery: (context, [id], { signal }) => retryDelivery(context, id, { signal }),
  cancelDelivery: (context, [id, { reason }], { signal }) =>
    cancelDelivery(context, id, { reason, signal }),
  subscriptions: (context) => readSubscriptions(context),
  changedSubscriptions: (context, [revision]) => readChanged(context, revision),
  publishSubscriptions: (context, [definitions], options) =>
    publishSubscriptions(context, definitions, options),
  openSubscription: (context, [definition, options], { signal }) =>
    openSubscription(context, definition, { ...options, signal }),
  changeSubscription: (context, [name, filter], { signal }) =>
    changeSubscription(context, name, { filter, signal }),
  deleteSubscription: (context, [name, { reason }], { signal }) =>
    deleteSubscription(context, name, { reason, signal }),
  stepDeletion: (context, [name], options) => stepDeletion(context, name, options),
  expireSubscriptions: (context, [options], { signal }) =>
    expireSubscriptions(context, { ...options, signal }),
  pauseSubscription: (context, [name, pause], { signal }) =>
    pauseSubscription(context, name, { ...pause, signal }),
  resumeSubscription: (context, [name], options) => resumeSubscription(context, name, options),
  waitingSubscriptions: (context) => namesWaiting(context),
  backlog: (context, [name, input]) => readBacklog(context, name, input),
  listEvents: (context, [query]) => listEvents(context, query),
  getEvent: (context, [id]) => getEvent(context, id),
  getDelivery: (context, [id]) => getDelivery(context, id),
  pruneEvents: (context, [input], options) => pruneEvents(context, input, options),
  pruneKeys: (context, [input]) => pruneKeys(context, input),
  createReplay: (context, [replay], options) => createReplay(context, replay, options),
  replays: (context, [options]) => readReplays(context, options),
  setReplayState: (context, [id, state], { signal }) =>
    setReplayState(context, id, { state, signal }),
  stepReplay: (context, [id, step], { signal }) => stepReplay(context, id, { step, signal }),
  replayBacklog: (context, [id, input]) => countReplayBacklog(context, id, input),
  quarantine: (context, [requests], options) => keepQuarantined(context, requests, options),
  listQuarantine: (context, [query]) => listQuarantine(context, query),
  getQuarantined: (context, [id]) => getQuarantined(context, id),
  release: (context, [id, { capture, revision }], { signal }) =>
    context.claimsUnderWay.during(tokensOf(capture), () =>
      releaseQuarantined(context, id, { capture, revision, signal }),
    ),
  pruneQuarantine: (context, [input], options) => pruneQuarantine(context, input, options),
  metrics: (context, [input]) => sumMetrics(context, input),
  readBuckets: (context, [query]) => readBuckets(context, query),
  recordRequests: (context, [requests]) => recordRequests(context, requests),
  pruneBuckets: (context, [options]) => pruneBuckets(context, options),
  queueState: (context) => readQueueState(context),
  recordSecretUses: (context, [uses], options) => recordSecretUses(context, uses, options),
  secretUses: (context) => readSecretUses(context),
  recordHandshakes: (context, [seen], options) => recordHandshakes(context, seen, options),
  handshakes: (context) => readHandshakes(context),
  openEnrolment: (context, [input]) => openEnrolment(context, input),
  revokeEnrolment: (context, [source]) => revokeEnrolment(context, source),
  enrol: (context, [input], options) => enrol(context, input, options),
  enrolments: (context) => readEnrolments(context),
  recordAudit: (context, [entry]) => recordAudit(context, entry),
  auditLog: (context, [query]) => readAudit(context, query),
  pruneAudit: (context, [options]) => pruneAudit(context, options),
  failures: (context, [options]) => readFailures(context, options),
  failure: (context, [id]) => readFailure(context, id),
  markFailure: (context, [id, mark]) => markFailure(context, id, mark),
  pruneFailures: (context, [before], options) => pruneFailures(context, before, options),
  recordChanges: (context, [changes]) => recordChanges(context, changes),
  changes: (context, [query]) => readChanges(context, query),
  pruneChanges: (context, [options]) => pruneChanges(context, options),
  note: (context, [name]) => readNote(context, name),
  writeNote: (context, [name, note]) => writeNote(context, name, note),
  knownBy: (context, [options]) => readKnownBy(context, options),
  readBodies: (context, [range]) => readBodies(context, range),
  countEvents: (context, [range]) => countEvents(context, range),
  keepDataKeys: (context, [keys]) => keepDataKeys(context, keys),
  dataKeys: (context, [ids]) => readDataKeys(context, ids),
  dataKeysOf: (context, [whose]) => readDataKeysOf(context, whose),
  eraseDataKeys: (context, [whose]) => eraseDataKeys(context, whose),
  pruneDataKeys: (context, [options]) => pruneDataKeys(context, options),
  keepProposal: (context, [proposal], options) => keepProposal(context, proposal, options),
  proposals: (context) => readProposals(context),
  decideProposal: (context, [id, decision], { signal }) =>
    decideProposal(context, id, { decision, signal }),
  endProposal: (context, [id, outcome]) => endProposal(context, id, outcome),
  checkStep: (context, [cursor]) => checkStep(context, cursor),
  durability: (context) => readDurability(context),
};

/** Runs every operation as a guarded call. */
function guardedOperations(context: MongoContext, calls: Calls): Operations {
  const names = Object.keys(OPERATION_WORDS) as OperationName[];
  return Object.fromEntries(
    names.map((name) => [name, guardedOperation(name, context, calls)]),
  ) as unknown as Operations;
}

function guardedOperation<K extends OperationName>(
  name: K,
  context: MongoContext,
  calls: Calls,
): (...args: Parameters<Operations[K]>) => Promise<unknown> {
  const operation: MongoOperation<K> = OPERATIONS[name];
  return (...args) =>
    calls.run(OPERATION_WORDS[name], async (signal) => operation(context, args, { signal }));
}

/** Tokens of the claims under which a capture's deliveries are stored. */
function tokensOf({ deliveries }: Capture): string[] {
  return deliveries.flatMap(({ claim }) => claim?.token ?? []);
}
