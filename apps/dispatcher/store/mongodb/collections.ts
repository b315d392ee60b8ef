import type {
  Delivery,
  DeliveryOrder,
  EventFlag,
  QuarantinedRequest,
  ReceivedEvent,
  Replay,
  Skipped,
} from "@hookgate/types";
import type { Binary, Collection, Db, IndexDescription } from "mongodb";
import type { AuditEntry } from "../contract/audit.ts";
import type { Change } from "../contract/changes.ts";
import type { DataKey } from "../contract/data_keys.ts";
import type { Claim, SubscriptionActivity } from "../contract/deliveries.ts";
import type { StoredSecret } from "../contract/enrolments.ts";
import type { FailureGroup } from "../contract/failures.ts";
import type { BucketLevel, MetricCounts, Series } from "../contract/metrics.ts";
import type { Note } from "../contract/notes.ts";
import type { Proposal } from "../contract/proposals.ts";
import type { StoredSubscription } from "../contract/subscriptions.ts";

/** An event as it is stored. Its times are milliseconds since 1970, as everywhere. */
export interface EventDocument extends Omit<ReceivedEvent, "id" | "flags"> {
  _id: string;
  flags: EventFlag[];
  /** Bytes of the whole body; `body` is its start if there are further parts: see `body_parts.ts`. */
  bodyBytes: number;
  /** True if it has no delivery, otherwise absent. */
  unhandled?: boolean;
  /** Absent if there are none. */
  skipped?: readonly Skipped[];
  /** How many backfills it had: a write, so that removing the event at the same time conflicts. */
  backfills?: number;
}

/** What an event's own document had no room for of its body. */
export interface BodyPartDocument {
  /** The event's id and the part's number. */
  _id: string;
  eventId: string;
  /** From 1; the event itself has the first bytes. */
  part: number;
  bytes: Uint8Array;
}

/** A key by which an event is known, also after the event was removed: see `dedupe.ts`. */
export interface KeyDocument {
  _id: string;
  /** Id of the event. */
  event: string;
  /** Earlier events with the same body, newest first. */
  earlier: string[];
  /** The half of the key that its body has. */
  body: string;
}

/**
 * A delivery as it is stored, with what claims and lists need of its event. Version 1 of the schema wrote neither `order`
 * nor `replay`.
 */
export interface DeliveryDocument extends Omit<Delivery, "id" | "order" | "replay" | "failure"> {
  _id: string;
  /** Absent unless an attempt has failed. */
  failure?: string | null;
  order?: DeliveryOrder | null;
  replay?: string | null;
  /** True if a replay made it, otherwise absent, which an index finds as null. */
  replayed?: true | null;
  source: string;
  type: string;
  bodyBytes: number;
  /** Who runs it; null in all other states. */
  claim: Claim | null;
  /** Set on an ended delivery that one of the next generation has replaced. */
  replaced?: boolean;
}

/** The order of one key of a subscription: see `order.ts`. */
export interface OrderDocument {
  _id: string;
  /** The last position given. */
  last: number;
  /** Deliveries that have a place and hold back what follows, or would if it were their turn. */
  open: number;
  /** Stored deliveries in any state. */
  kept: number;
}

/** A replay as it is stored. */
export interface ReplayDocument extends Omit<Replay, "id"> {
  _id: string;
}

/** A dispatcher, alive or recently dead. */
export interface DispatcherDocument {
  _id: string;
  /** Its last heartbeat. */
  at: number;
  /** What it does, as it said with that heartbeat. */
  activity?: SubscriptionActivity[];
  /** Server sessions of its transactions, so that others can end them when it is dead. */
  sessions?: (Binary | Uint8Array)[];
}

/** A document written by each commit of one dispatcher: see `passGate` in `subscriptions.ts`. */
export interface GateDocument {
  _id: string;
  commits: number;
  barriers: number;
}

/** The kinds of calls that count: each has documents and a queue of its own, so that they never wait for each other. */
export type MetricKind = "received" | "settled" | "ordered" | "requests";

/** When a dispatcher last completed a delivery by one kind of call. Until version 4 also counts of a minute. */
export interface MetricDocument {
  _id: string;
  lastProcessedAt?: number;
  /** When the minute begins. */
  minute?: number;
  received?: number;
  processed?: number;
  failed?: number;
  retried?: number;
  attempts?: number;
  succeededAttempts?: number;
  succeededMs?: number;
}

/** Counts of one bucket, series, dispatcher and kind of call, so that no two writers share a document. What is 0 is absent. */
export type BucketDocument = { _id: string; level: BucketLevel; start: number } & Series & {
    [K in keyof Omit<MetricCounts, "times">]?: number;
  } & {
    /** By the buckets of `TIME_BOUNDS_MS`. */
    [K in `t${number}`]?: number;
  };

/** The stored set of subscriptions: one document. */
export interface SubscriptionsDocument {
  _id: "current";
  revision: number;
  /** The revision whose writer has waited for all earlier commits. Absent before the first. */
  waited?: number;
  /** Counts the transactions that have relied on it: see `holdSet`. */
  holds?: number;
  subscriptions: StoredSubscription[];
}

/** A refused request as it is stored. */
export interface QuarantineDocument extends Omit<QuarantinedRequest, "id"> {
  _id: string;
  bodyBytes: number;
  /** Bytes of headers and body, which count against its source's bound. */
  bytes: number;
  /** The sender it counts against: see `shareOf`. */
  share: string;
}

/** How much a source (its `_id`) keeps in quarantine, so that nothing has to be counted. */
export interface QuarantineSourceDocument {
  _id: string;
  requests: number;
  bytes: number;
}

/** How much one sender to a source keeps in quarantine. */
export interface QuarantineShareDocument {
  _id: { source: string; share: string };
  source: string;
  share: string;
  requests: number;
  bytes: number;
}

/** Uses of a secret. */
export interface SecretUseDocument {
  _id: { source: string; secretId: string };
  uses: number;
  firstUsedAt: number;
  lastUsedAt: number;
}

/** A source's last handshake that succeeded, or its last one that failed. */
export interface HandshakeDocument {
  _id: { source: string; ok: boolean };
  at: number;
}

/** Enrolment of a source (its `_id`). */
export interface EnrolmentDocument {
  _id: string;
  /** Open until then; 0 once it is closed. */
  openUntil: number;
  /** The word of who may deliver a secret; earlier versions had none. */
  word?: string;
  secrets: StoredSecret[];
}

/** An entry of the audit log as it is stored. */
export interface AuditDocument extends Omit<AuditEntry, "id"> {
  _id: string;
}

/** A group of failures, without its counts. */
export interface FailureDocument
  extends Omit<
    FailureGroup,
    "id" | "firstAt" | "lastAt" | "attempts" | "dead" | "slots" | "sample"
  > {
  _id: string;
}

/** Counts of one group, one dispatcher and one kind of call, so that no two writers share a document. */
export interface FailureCountDocument
  extends Pick<FailureGroup, "firstAt" | "lastAt" | "attempts" | "dead" | "slots" | "sample"> {
  _id: string;
  /** Id of the group. */
  group: string;
}

/** A change as it is stored. */
export interface ChangeDocument extends Omit<Change, "id"> {
  _id: string;
}

/** A data key as it is stored; its `_id` is its name. */
export interface DataKeyDocument extends Omit<DataKey, "id"> {
  _id: string;
  /** Its id. */
  key: string;
}

/** A proposal as it is stored. */
export interface ProposalDocument extends Omit<Proposal, "id"> {
  _id: string;
}

/** A note by its name. */
export interface NoteDocument extends Note {
  _id: string;
}

/** The schema's version: one document. */
export interface SchemaDocument {
  _id: "current";
  version: number;
}

/** The collections of the store. */
export interface Collections {
  events: Collection<EventDocument>;
  bodyParts: Collection<BodyPartDocument>;
  keys: Collection<KeyDocument>;
  deliveries: Collection<DeliveryDocument>;
  orders: Collection<OrderDocument>;
  replays: Collection<ReplayDocument>;
  dispatchers: Collection<DispatcherDocument>;
  gates: Collection<GateDocument>;
  metrics: Collection<MetricDocument>;
  buckets: Collection<BucketDocument>;
  subscriptions: Collection<SubscriptionsDocument>;
  quarantine: Collection<QuarantineDocument>;
  quarantineSources: Collection<QuarantineSourceDocument>;
  quarantineShares: Collection<QuarantineShareDocument>;
  secretUses: Collection<SecretUseDocument>;
  handshakes: Collection<HandshakeDocument>;
  enrolments: Collection<EnrolmentDocument>;
  audit: Collection<AuditDocument>;
  failures: Collection<FailureDocument>;
  failureCounts: Collection<FailureCountDocument>;
  changes: Collection<ChangeDocument>;
  dataKeys: Collection<DataKeyDocument>;
  proposals: Collection<ProposalDocument>;
  notes: Collection<NoteDocument>;
  schema: Collection<SchemaDocument>;
}

/** The collections of a database. */
export function collectionsOf(db: Db): Collections {
  return {
    events: db.collection("events"),
    bodyParts: db.collection("bodyParts"),
    keys: db.collection("keys"),
    deliveries: db.collection("deliveries"),
    orders: db.collection("orders"),
    replays: db.collection("replays"),
    dispatchers: db.collection("dispatchers"),
    gates: db.collection("gates"),
    metrics: db.collection("metrics"),
    buckets: db.collection("buckets"),
    subscriptions: db.collection("subscriptions"),
    quarantine: db.collection("quarantine"),
    quarantineSources: db.collection("quarantineSources"),
    quarantineShares: db.collection("quarantineShares"),
    secretUses: db.collection("secretUses"),
    handshakes: db.collection("handshakes"),
    enrolments: db.collection("enrolments"),
    audit: db.collection("audit"),
    failures: db.collection("failures"),
    failureCounts: db.collection("failureCounts"),
    changes: db.collection("changes"),
    dataKeys: db.collection("dataKeys"),
    proposals: db.collection("proposals"),
    notes: db.collection("notes"),
    schema: db.collection("schema"),
  };
}

/**
 * Every query of the store uses one of these, or an `_id`. Each is named after its use. A changed index gets a new name,
 * so that it is built before the old one is dropped: see `schema.ts`.
 *
 * Ids that lists walk are ascending, although most lists go down: SecantusDB, which the tests run on, finds nothing above
 * a value in a descending field.
 */
export const INDEXES: Readonly<Partial<Record<keyof Collections, IndexDescription[]>>> = {
  events: [
    // With the last field a list can filter without reading the events.
    { name: "of_source", key: { source: 1, _id: 1, type: 1 } },
    { name: "of_type", key: { type: 1, _id: 1, source: 1 } },
    {
      name: "without_delivery",
      key: { unhandled: 1, _id: 1, source: 1, type: 1 },
      partialFilterExpression: { unhandled: true },
    },
  ],
  bodyParts: [{ name: "of_event", key: { eventId: 1, part: 1 } }],
  keys: [{ name: "by_event", key: { event: 1 } }],
  deliveries: [
    { name: "of_event", key: { eventId: 1, subscription: 1, generation: 1 }, unique: true },
    {
      // Waiting and not held back: all others have no nextAttemptAt.
      name: "by_due_time",
      key: { subscription: 1, replayed: 1, nextAttemptAt: 1, _id: 1 },
      partialFilterExpression: { nextAttemptAt: { $gte: 0 } },
    },
    {
      // For the next time at which anything is due.
      name: "by_time",
      key: { nextAttemptAt: 1, subscription: 1 },
      partialFilterExpression: { nextAttemptAt: { $gte: 0 } },
    },
    {
      // For the next delivery of a key, and for a subscription's whole backlog.
      name: "waiting",
      key: { subscription: 1, "order.key": 1, "order.position": 1, bodyBytes: 1 },
      partialFilterExpression: { state: "waiting" },
    },
    {
      name: "waiting_of_replay",
      key: { replay: 1, attempt: 1 },
      partialFilterExpression: { state: "waiting", replayed: true },
    },
    {
      name: "claimed",
      key: { "claim.dispatcherId": 1, "claim.token": 1 },
      partialFilterExpression: { state: "running" },
    },
    { name: "in_state", key: { state: 1, eventId: 1, subscription: 1 } },
    { name: "of_subscription", key: { subscription: 1, eventId: 1 } },
  ],
  quarantine: [
    // With the fields after the id a list can filter, and old requests are found, without reading the requests.
    { name: "by_source", key: { source: 1, _id: 1, reason: 1, releasedAs: 1, bytes: 1 } },
    { name: "by_reason", key: { reason: 1, _id: 1, releasedAs: 1 } },
    { name: "by_release", key: { releasedAs: 1, _id: 1 } },
    { name: "by_receipt", key: { receivedAt: 1 } },
    { name: "by_share", key: { source: 1, share: 1, _id: 1, bytes: 1 } },
  ],
  quarantineShares: [
    { name: "by_requests", key: { source: 1, requests: 1 } },
    { name: "by_bytes", key: { source: 1, bytes: 1 } },
  ],
  failures: [{ name: "of_subscription", key: { subscription: 1 } }],
  failureCounts: [{ name: "of_group", key: { group: 1 } }],
  dataKeys: [
    { name: "by_key", key: { key: 1 }, unique: true },
    { name: "of_subject", key: { subject: 1, source: 1, month: 1 } },
    { name: "by_month", key: { month: 1, madeAt: 1 } },
  ],
  dispatchers: [{ name: "by_heartbeat", key: { at: 1 } }],
  buckets: [{ name: "by_start", key: { level: 1, start: 1, source: 1 } }],
  metrics: [{ name: "last_processed", key: { lastProcessedAt: -1 }, sparse: true }],
};
