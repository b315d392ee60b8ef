import type { Audit } from "./audit.ts";
import type { Bookkeeping } from "./bookkeeping.ts";
import type { Captures } from "./captures.ts";
import type { Changes } from "./changes.ts";
import type { DataKeys } from "./data_keys.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Events } from "./events.ts";
import type { Failures } from "./failures.ts";
import type { Finding } from "./finding.ts";
import type { Metrics } from "./metrics.ts";
import type { Notes } from "./notes.ts";
import type { Proposals } from "./proposals.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Replays } from "./replays.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Upkeep } from "./upkeep.ts";

/** The operations of all roles. */
export type Operations = Captures &
  Deliveries &
  Subscriptions &
  Events &
  Replays &
  Quarantine &
  Metrics &
  Bookkeeping &
  Audit &
  Failures &
  Changes &
  Notes &
  Finding &
  DataKeys &
  Proposals &
  Upkeep;

/** Name of an operation. */
export type OperationName = keyof Operations;

/** Every operation, and what it does, as errors say it: "Cannot store events: the store is closed". */
export const OPERATION_WORDS: Readonly<Record<OperationName, string>> = {
  commit: "store events",
  claimDue: "claim deliveries",
  settle: "write outcomes",
  nextDueAt: "read due times",
  dueSeconds: "read due times",
  heartbeat: "write a heartbeat",
  activity: "read what dispatchers do",
  takeOver: "take over deliveries",
  reclaim: "reclaim deliveries",
  retryDelivery: "retry a delivery",
  cancelDelivery: "cancel a delivery",
  subscriptions: "read subscriptions",
  changedSubscriptions: "read subscriptions",
  publishSubscriptions: "publish subscriptions",
  openSubscription: "open a subscription",
  changeSubscription: "change a subscription",
  deleteSubscription: "delete a subscription",
  stepDeletion: "cancel the deliveries of a deleted subscription",
  expireSubscriptions: "let unused subscriptions expire",
  pauseSubscription: "pause a subscription",
  resumeSubscription: "resume a subscription",
  waitingSubscriptions: "read backlogs",
  backlog: "read a backlog",
  listEvents: "list events",
  getEvent: "read an event",
  getDelivery: "read a delivery",
  pruneEvents: "remove old events",
  pruneKeys: "forget old events",
  createReplay: "create a replay",
  replays: "read replays",
  setReplayState: "change a replay",
  stepReplay: "take a step of a replay",
  replayBacklog: "count the backlog of a replay",
  quarantine: "keep refused requests",
  listQuarantine: "list quarantine",
  getQuarantined: "read a refused request",
  release: "release a refused request",
  pruneQuarantine: "remove old refused requests",
  metrics: "read metrics",
  readBuckets: "read metrics",
  recordRequests: "count requests",
  pruneBuckets: "remove old metrics",
  queueState: "read the queue",
  recordSecretUses: "record uses of secrets",
  secretUses: "read uses of secrets",
  recordHandshakes: "record handshakes",
  handshakes: "read handshakes",
  openEnrolment: "open an enrolment",
  revokeEnrolment: "revoke an enrolment",
  enrol: "enrol a secret",
  enrolments: "read enrolments",
  recordAudit: "write the audit log",
  auditLog: "read the audit log",
  pruneAudit: "remove old entries of the audit log",
  failures: "read failures",
  failure: "read a failure",
  markFailure: "mark a failure",
  pruneFailures: "remove old failures",
  recordChanges: "write the log of changes",
  changes: "read the log of changes",
  pruneChanges: "remove old changes",
  note: "read a note",
  writeNote: "write a note",
  knownBy: "find events by a provider's id",
  readBodies: "search bodies",
  countEvents: "count events",
  keepDataKeys: "keep data keys",
  dataKeys: "read data keys",
  dataKeysOf: "read data keys",
  eraseDataKeys: "delete data keys",
  pruneDataKeys: "remove old data keys",
  keepProposal: "keep a proposal",
  proposals: "read proposals",
  decideProposal: "decide about a proposal",
  endProposal: "write what became of a proposal",
  checkStep: "check the store",
  durability: "read how the store keeps events",
};
