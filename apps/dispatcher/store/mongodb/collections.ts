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
import type { Claim } from "../contract/deliveries.ts";
import type { StoredSubscription } from "../contract/subscriptions.ts";

/** An event as it is stored. Its times are milliseconds since 1970, as everywhere. */
export interface EventDocument extends Omit<ReceivedEvent, "id" | "flags"> {
  _id: string;
  flags: EventFlag[];
  bodyBytes: number;
  /** What no other event may have: see `mongodb_dedupe.ts`. */
  dedupe: string[];
  /** True where it has no delivery, else left out. */
  unhandled?: boolean;
  /** Left out where there are none. */
  skipped?: readonly Skipped[];
  /** How often a replay has given it to one more subscription: written so that removing it at the same time conflicts. */
  backfills?: number;
}

/**
 * A delivery as it is stored, with what claims and lists need of its event. Version 1 of the schema wrote neither `order`
 * nor `replay`.
 */
export interface DeliveryDocument extends Omit<Delivery, "id" | "order" | "replay"> {
  _id: string;
  order?: DeliveryOrder | null;
  replay?: string | null;
  /** True where a replay made it, else left out, which an index finds as null. */
  replayed?: true | null;
  source: string;
  type: string;
  bodyBytes: number;
  /** Who runs it; null in every other state. */
  claim: Claim | null;
  /** Set on an ended delivery that one of the next generation has replaced. */
  replaced?: boolean;
}

/** The order of one key of a subscription: see `mongodb_order.ts`. */
export interface OrderDocument {
  _id: string;
  /** The last position that was given. */
  last: number;
  /** Deliveries that have a place and hold back what follows, or would if it were their turn. */
  open: number;
  /** Deliveries that are kept, whatever their state. */
  kept: number;
}

/** A replay as it is stored. */
export interface ReplayDocument extends Omit<Replay, "id"> {
  _id: string;
}

/** A dispatcher that was here. */
export interface DispatcherDocument {
  _id: string;
  /** Its last heartbeat. */
  at: number;
  /** Server sessions that its transactions run in, so that others can end them once it is dead. */
  sessions?: (Binary | Uint8Array)[];
}

/** Something each commit of one dispatcher writes: see `mongodb_subscriptions.ts`. */
export interface GateDocument {
  _id: string;
  commits: number;
  barriers: number;
}

/** Which calls share a bucket of counts: those of one lane, so that they never wait for each other. */
export type MetricKind = "received" | "settled";

/** Counts of one minute, one dispatcher and one kind of call, so that no two writers share one. */
export interface MetricDocument {
  _id: string;
  /** When the minute begins. Left out of the documents that hold only `lastProcessedAt`. */
  minute?: number;
  /** When a dispatcher's delivery last ended delivered; one document for each dispatcher. */
  lastProcessedAt?: number;
  received?: number;
  processed?: number;
  failed?: number;
  retried?: number;
  attempts?: number;
  failedAttempts?: number;
  succeededAttempts?: number;
  succeededMs?: number;
}

/** The stored set of subscriptions: one document. */
export interface SubscriptionsDocument {
  _id: "current";
  revision: number;
  subscriptions: StoredSubscription[];
}

/** A refused request as it is stored. */
export interface QuarantineDocument extends Omit<QuarantinedRequest, "id"> {
  _id: string;
  bodyBytes: number;
  /** Of headers and body: what it counts against the bound of its source. */
  bytes: number;
}

/** What is kept of the refused requests of a source, which is its `_id`, so that nothing is ever counted. */
export interface QuarantineSourceDocument {
  _id: string;
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

/** The last handshake of a source that succeeded, or the last one that failed. */
export interface HandshakeDocument {
  _id: { source: string; ok: boolean };
  at: number;
}

/** Enrolment of a source, which is its `_id`. */
export interface EnrolmentDocument {
  _id: string;
  /** Until when it is open; 0 once it is closed. */
  openUntil: number;
  secrets: string[];
}

/** The schema's version: one document. */
export interface SchemaDocument {
  _id: "current";
  version: number;
}

/** The collections of the store. */
export interface Collections {
  events: Collection<EventDocument>;
  deliveries: Collection<DeliveryDocument>;
  orders: Collection<OrderDocument>;
  replays: Collection<ReplayDocument>;
  dispatchers: Collection<DispatcherDocument>;
  gates: Collection<GateDocument>;
  metrics: Collection<MetricDocument>;
  subscriptions: Collection<SubscriptionsDocument>;
  quarantine: Collection<QuarantineDocument>;
  quarantineSources: Collection<QuarantineSourceDocument>;
  secretUses: Collection<SecretUseDocument>;
  handshakes: Collection<HandshakeDocument>;
  enrolments: Collection<EnrolmentDocument>;
  schema: Collection<SchemaDocument>;
}

/** The collections of a database. */
export function collectionsOf(db: Db): Collections {
  return {
    events: db.collection("events"),
    deliveries: db.collection("deliveries"),
    orders: db.collection("orders"),
    replays: db.collection("replays"),
    dispatchers: db.collection("dispatchers"),
    gates: db.collection("gates"),
    metrics: db.collection("metrics"),
    subscriptions: db.collection("subscriptions"),
    quarantine: db.collection("quarantine"),
    quarantineSources: db.collection("quarantineSources"),
    secretUses: db.collection("secretUses"),
    handshakes: db.collection("handshakes"),
    enrolments: db.collection("enrolments"),
    schema: db.collection("schema"),
  };
}

/**
 * Every query of the store has one of these, or an `_id`. Each bears the name of what it serves. One that is changed gets
 * a new name, so that it is made before the old one is dropped: see `mongodb_schema.ts`.
 *
 * Ids that lists walk are ascending, though most lists go down: in a descending field SecantusDB, which the tests run on,
 * finds nothing above a value.
 */
export const INDEXES: Readonly<Partial<Record<keyof Collections, IndexDescription[]>>> = {
  events: [
    { name: "dedupe", key: { dedupe: 1 }, unique: true },
    // The last field lets a list filter without reading the events.
    { name: "of_source", key: { source: 1, _id: 1, type: 1 } },
    { name: "of_type", key: { type: 1, _id: 1, source: 1 } },
    {
      name: "without_delivery",
      key: { unhandled: 1, _id: 1, source: 1, type: 1 },
      partialFilterExpression: { unhandled: true },
    },
  ],
  deliveries: [
    { name: "of_event", key: { eventId: 1, subscription: 1, generation: 1 }, unique: true },
    {
      // Those that wait and are not held back: all others have no such time.
      name: "by_due_time",
      key: { subscription: 1, replayed: 1, nextAttemptAt: 1, _id: 1 },
      partialFilterExpression: { nextAttemptAt: { $gte: 0 } },
    },
    {
      // For the next one of a key, and for what waits in all.
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
    // What follows the id lets a list filter, and old ones be found, without reading the requests.
    { name: "by_source", key: { source: 1, _id: 1, reason: 1, releasedAs: 1, bytes: 1 } },
    { name: "by_reason", key: { reason: 1, _id: 1, releasedAs: 1 } },
    { name: "by_release", key: { releasedAs: 1, _id: 1 } },
    { name: "by_receipt", key: { receivedAt: 1 } },
  ],
  dispatchers: [{ name: "by_heartbeat", key: { at: 1 } }],
  metrics: [
    { name: "by_minute", key: { minute: 1 } },
    { name: "last_processed", key: { lastProcessedAt: -1 }, sparse: true },
  ],
};
