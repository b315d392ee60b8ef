import type {
  Attempt,
  Delivery,
  DeliveryState,
  HandshakeSeen,
  Pause,
  QuarantinedRequest,
  QuarantineReason,
  ReceivedEvent,
  Replay,
  ReplayState,
  SecretUse,
  Skipped,
  Subscription,
  WebhookMetrics,
} from "@hookgate/types";

/** Who holds a running delivery. Every claim has a token of its own, and only its holder may write the outcome. */
export interface Claim {
  /** Id of the dispatcher, made at its start. */
  dispatcherId: string;
  /** Unique for ever, one for each call that claims. */
  token: string;
}

/** A delivery to store together with its event. */
export interface NewDelivery {
  id: string;
  subscription: string;
  /**
   * Set where the committing dispatcher attempts it at once: it is stored `running`. Null stores it `waiting`, due now.
   * Where `orderKey` holds it back it is stored `waiting`, not due, whatever stands here.
   */
  claim: Claim | null;
  /** Key that it is kept in order by; null where its subscription keeps no order. */
  orderKey: string | null;
}

/** An event and the deliveries that its subscriptions want; none is an event that is unhandled. */
export interface Capture {
  event: ReceivedEvent;
  deliveries: readonly NewDelivery[];
  /** Kept with a new event, as it is given. */
  skipped: readonly Skipped[];
}

/** What became of one capture. */
export interface CaptureResult {
  /** Id of the stored event: of the first one where it is a duplicate. */
  eventId: string;
  duplicate: boolean;
  /**
   * The deliveries that were stored. For a new event all of them; for a duplicate only those that replace a dead
   * delivery of the same subscription, in which case they are the next generation. As they are stored: `running` under the
   * claim that was given, `waiting`, or held back.
   */
  deliveries: readonly Delivery[];
}

/** What a subscription has room for. */
export interface Slots {
  deliveries: number;
  /** Of `deliveries`, those that replays made. */
  replayed: number;
  /** Bodies, in bytes. The first one of a subscription may have any size. */
  bytes: number;
}

/** A delivery that was claimed, and its event. */
export interface ClaimedDelivery {
  delivery: Delivery;
  event: ReceivedEvent;
  claim: Claim;
}

/** Where a delivery goes after an attempt, decided by `decideNext`. */
export type Next =
  | { state: "delivered" }
  | { state: "waiting"; nextAttemptAt: number }
  | { state: "dead"; reason: string };

/** What an attempt, or the lack of one, does to a claimed delivery. */
export interface Outcome {
  deliveryId: string;
  claim: Claim;
  next: Next;
  /** The charged attempt; null where none is charged (an interruption, a claim given back). */
  attempt: Attempt | null;
  /** The delivery's new count of interruptions. */
  interruptions: number;
  /** The delivery's new mark. */
  suspect: boolean;
}

/** The stored set of subscriptions. */
export interface SubscriptionSet {
  /** 0 for a store that never had one; one more with every change. */
  revision: number;
  /** By name. */
  subscriptions: readonly StoredSubscription[];
}

/** A subscription as the store knows it. */
export interface StoredSubscription {
  definition: Subscription;
  /** Who said that it is there: the configuration, or a subscriber that opened a stream of this name. */
  origin: "configuration" | "stream";
  /** Why its deliveries are not claimed; null where they are. */
  paused: Pause | null;
}

/** What `openSubscription` found. */
export interface OpenedSubscription {
  /** Whether this call has made it. */
  created: boolean;
  subscription: StoredSubscription;
  set: SubscriptionSet;
}

/** What `pauseSubscription` and `resumeSubscription` did. `removed`: the configuration has to name it again first. */
export type PauseResult =
  | { outcome: "paused" | "already_paused"; pause: Pause; set: SubscriptionSet }
  | { outcome: "missing" };
export type ResumeResult =
  | { outcome: "resumed"; pause: Pause; set: SubscriptionSet }
  | { outcome: "not_paused" | "removed" | "missing" };

/** What waits for a subscription. */
export interface Backlog {
  /** Waiting deliveries, those held back too, counted up to `deliveriesMax`. */
  deliveries: number;
  /** Bodies of those that were counted, in bytes. */
  bytes: number;
  /** The earliest `nextAttemptAt`; null where nothing is due or will be. */
  oldestDueAt: number | null;
}

/** Which events a page shows. */
export interface EventQuery {
  source?: string;
  type?: string;
  /** With at least one delivery in this state. Not together with `unhandled`. */
  state?: DeliveryState;
  /** With no delivery at all. */
  unhandled?: boolean;
  /** With a delivery for this subscription; together with `state`, in that state. */
  subscription?: string;
  /** With an id that bears a time at or after this one, in milliseconds since 1970. */
  from?: number;
  /** With an id that bears a time before this one. */
  to?: number;
  /** Oldest first, by event id. @default {false} */
  oldestFirst?: boolean;
  /** 1 to {@linkcode PAGE_EVENTS_MAX}. */
  limit: number;
  /** `cursor` of the page before, which was asked for with the same filters; or the id of an event, to go on after it. */
  cursor?: string;
}

/** An event as a list shows it: without headers and body, deliveries without attempts. */
export interface EventSummary {
  event: Omit<ReceivedEvent, "headers" | "body">;
  bodyBytes: number;
  /** Oldest first (by delivery id); `attempts` is empty. */
  deliveries: readonly Delivery[];
}

/** One page of events, newest first unless asked otherwise. */
export interface EventPage {
  events: readonly EventSummary[];
  /** The id of the last event that was looked at; null after the last page. A page may be short or empty and still have a cursor: the search was bounded. */
  cursor: string | null;
}

/** An event with everything that became of it. */
export interface EventDetail {
  event: ReceivedEvent;
  /** Oldest first (by delivery id). */
  deliveries: readonly Delivery[];
  skipped: readonly Skipped[];
}

/** A delivery, whole, and its event without headers and body. */
export interface DeliverySummary {
  delivery: Delivery;
  event: Omit<ReceivedEvent, "headers" | "body">;
}

/** What `retryDelivery` found. */
export type RetryResult =
  | { outcome: "due"; delivery: Delivery }
  | { outcome: "refused"; delivery: Delivery }
  | { outcome: "missing" };

/** What `cancelDelivery` found. */
export type CancelResult =
  | { outcome: "cancelled"; delivery: Delivery; dueNow: string | null }
  | { outcome: "refused"; delivery: Delivery }
  | { outcome: "missing" };

/** A delivery for a replay to make. */
export interface ReplayedDelivery {
  id: string;
  eventId: string;
  subscription: string;
  /** The delivery that it repeats: stored only where that is still the latest of the event for the subscription, and ended. Null: stored only where there is none. */
  replayOf: string | null;
  orderKey: string | null;
}

/** One step of a replay. */
export interface ReplayStep {
  /** The replay's cursor that this step began at: it is written only where that still stands. */
  from: string | null;
  /** The cursor after it. */
  to: string | null;
  /** Events that were looked at. */
  seen: number;
  deliveries: readonly ReplayedDelivery[];
  /** Nothing is left: the replay is done. */
  done: boolean;
}

/** What a step did. */
export type ReplayStepResult =
  /** Deliveries as they are stored: `waiting`, due now or held back. */
  | { outcome: "written"; replay: Replay; deliveries: readonly Delivery[] }
  /** It does not run any more, or another dispatcher took the step: how it stands now. */
  | { outcome: "refused"; replay: Replay }
  | { outcome: "missing" };

/** Sums of the metric buckets of a window. */
export interface MetricSums extends WebhookMetrics {
  /** Attempts that did not succeed: retried ones and last ones. */
  failedAttempts: number;
  /** All charged attempts. */
  attempts: number;
}

/** State of the queue, for health. */
export interface QueueState {
  /** Deliveries waiting or running, counted up to QUEUE_SIZE_MAX. */
  size: number;
  /** The earliest `nextAttemptAt` of a waiting delivery of a subscription that is not paused; null where there is none. */
  oldestDueAt: number | null;
  /** When a delivery last ended delivered; null where none has. */
  lastProcessedAt: number | null;
}

/** Which refused requests a page shows. */
export interface QuarantineQuery {
  source?: string;
  reason?: QuarantineReason;
  /** Released ones too. */
  includeReleased?: boolean;
  /** 1 to {@linkcode PAGE_EVENTS_MAX}. */
  limit: number;
  cursor?: string;
}

/** One page of refused requests, newest first. */
export interface QuarantinePage {
  requests: readonly (Omit<QuarantinedRequest, "headers" | "body"> & { bodyBytes: number })[];
  /** Null after the last page. */
  cursor: string | null;
}

/** What `release` did. */
export type ReleaseResult =
  | { outcome: "released"; eventId: string; deliveries: readonly Delivery[] }
  | { outcome: "already_stored" | "already_released"; eventId: string }
  | { outcome: "missing" };

/** A source whose secret a handshake delivers. */
export interface Enrolment {
  source: string;
  /** When it closes, in milliseconds since 1970; null where it is not open. */
  openUntil: number | null;
  secrets: readonly string[];
}

/** Thrown by every operation when the store cannot do its work now: nothing was acknowledged, trying again later may help. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/**
 * The store of events and deliveries. One contract, two implementations (SQLite and MongoDB), one suite
 * (`event_store_suite.ts`) that both pass to the letter.
 *
 * Promises of every operation:
 * - **Durable**: a promise that resolves means that what it wrote survives kill -9 and power loss (fsync; `w: majority`,
 *   `j: true`). One that rejects wrote nothing, or, where the server's answer was lost, perhaps everything: callers treat
 *   it as unknown and rely on dedupe and fences.
 * - **Atomic**: each call is one transaction, all or nothing.
 * - **Concurrent**: calls may overlap; each sees all that resolved before it began.
 * - Faults of the store are thrown as {@linkcode StoreUnavailableError} with the driver's error as `cause`; after an
 *   error the store recovers by itself.
 * - Time is the store's (see {@linkcode EventStore.now}). All times are milliseconds since 1970.
 */
export interface EventStore {
  /** `sqlite` or `mongodb`, for logs. */
  readonly kind: string;

  /** Whether other dispatchers may store deliveries that this one can run. */
  readonly shared: boolean;

  /** The clock that decides what is due and whose heartbeat is old: the server's with MongoDB, the wall clock embedded. */
  now(): number;

  /**
   * Stores events and their deliveries.
   *
   * A capture is a duplicate when a stored event, or an earlier one of this call, has the same source, the same dedupe
   * key and the same body SHA-256. The dedupe key is `providerEventId`; where that is empty it is the body's digest, and
   * only events received at most DIGEST_DEDUPE_MS before or after this one count (a provider's id and a digest are never
   * the same key). Of a duplicate nothing is stored, save deliveries of
   * the next generation for those of `deliveries` whose subscription's latest delivery of that event is dead: they bear
   * the id and the claim given here, and `replayOf` names the dead one. The same provider's id over another body is
   * stored, with the flag `key_reused` beside the flags it came with. An event that comes again under its own id
   * (a capture that was sent twice) is answered as it was the first time: `duplicate: false`, no deliveries.
   *
   * **Order.** A delivery with an order key gets the next position of that key of its subscription. It is held back, that
   * is `waiting` with no `nextAttemptAt`, while an earlier one of the key has not ended `delivered` or `cancelled`: a dead
   * one holds back what follows until it is tried again, replaced or cancelled. A delivery that replaces or repeats a dead
   * one which holds back its key takes that one's position. Positions are in the order of commit, whoever commits.
   *
   * Returns `null`, and stores nothing, where `revision` is not the current revision of the subscription set: the
   * captures were matched against an older one and must be matched again. Whether a subscription is in the set, or
   * paused, is not asked: the caller has matched. Results are in the order of `captures`; no captures give no results.
   * Counts `received` in the metric buckets, in the same transaction.
   */
  commit(
    captures: readonly Capture[],
    options: { revision: number },
  ): Promise<CaptureResult[] | null>;

  /**
   * Claims waiting deliveries that are due, those that no replay made first, then by `nextAttemptAt`: for each named
   * subscription as many as its slots allow, together at most `limit`, and no more bodies than `bytesMax` (but always
   * one). Each bound is kept by stopping before the first delivery, of that subscription or of all, whose body, counted for
   * each delivery anew, would pass it. Paused subscriptions give none; one that the set does not know is not paused. A
   * delivery is claimed by one caller only, and is returned as it is then: `running`. Claiming charges nothing.
   */
  claimDue(options: {
    claim: Claim;
    slots: ReadonlyMap<string, Slots>;
    limit: number;
    bytesMax: number;
  }): Promise<ClaimedDelivery[]>;

  /**
   * Writes outcomes, in order, each only where the delivery is `running` under exactly that claim; says for each whether
   * it was written, which ends the claim. Appends the attempt and sets `attempt` to its number; of more than
   * ATTEMPTS_KEPT_MAX attempts the first and the latest are kept, that many in all; a `response` only with the last one.
   * Where a delivery of an order key ends `delivered`, the next one of the key that waits is due now, in the same
   * transaction.
   *
   * Counts in the metric buckets, in the same transaction, what was written: `delivered` as processed, `dead` as failed,
   * `waiting` with an attempt as retried; every attempt, each that did not succeed as failed, and the time of those that
   * succeeded.
   */
  settle(outcomes: readonly Outcome[]): Promise<boolean[]>;

  /** The earliest `nextAttemptAt` of the waiting deliveries of these subscriptions that are not paused; null where there is none. */
  nextDueAt(subscriptions: readonly string[]): Promise<number | null>;

  /**
   * The distinct seconds (`nextAttemptAt` rounded down, in milliseconds) in which waiting deliveries of subscriptions that
   * are not paused are due, earliest first, at most `limit`: what alarms are refilled from at start.
   */
  dueSeconds(options: { limit: number }): Promise<number[]>;

  /** Says that this dispatcher lives. */
  heartbeat(dispatcherId: string): Promise<void>;

  /**
   * Puts the running deliveries of other dispatchers whose heartbeat is older than `staleMs`, or that never had one, back
   * to `waiting`, due now, with one more interruption each, in bounded steps (each a transaction of its own). Returns how
   * many. The embedded store has one owner ever and does so for all of them when it opens.
   */
  takeOver(options: { dispatcherId: string; staleMs: number }): Promise<number>;

  /**
   * Puts the running deliveries of this dispatcher whose token is not among `liveTokens` back to `waiting`, due now, with
   * nothing charged: claims whose answer was lost on the way, so that nobody runs them. Returns how many.
   */
  reclaim(options: { dispatcherId: string; liveTokens: ReadonlySet<string> }): Promise<number>;

  /** The current set. */
  subscriptions(): Promise<SubscriptionSet>;

  /**
   * Makes `definitions`, whose names differ, the current set of the configuration: writes the next revision where they
   * differ from what is stored (their order does not count), else leaves all as it is. Those that are missing are kept as
   * they were, paused by `configuration`, save those that subscribers have opened, which stay; one that returns loses that
   * pause, other pauses stay. A name that a subscriber has opened becomes the configuration's. Returns what
   * `subscriptions()` then returns.
   */
  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet>;

  /**
   * Adds a subscription that a subscriber asks for to the set, as the next revision; where the name is there already it is
   * returned as it is, whatever it is. At most SUBSCRIPTIONS_OPENED_MAX are added so.
   *
   * @throws {RangeError} where there are that many.
   */
  openSubscription(definition: Subscription): Promise<OpenedSubscription>;

  /**
   * Pauses a subscription, as the next revision. One that is paused stays paused as it was, save that a pause by `backlog`
   * takes the place of one by `operator` or `endpoint`: those go on getting deliveries, and that has a bound, too.
   */
  pauseSubscription(name: string, pause: Omit<Pause, "at">): Promise<PauseResult>;

  /** Ends a pause, as the next revision. One by `configuration` is refused as `removed`. */
  resumeSubscription(name: string): Promise<ResumeResult>;

  /** What waits for a subscription, counted up to `deliveriesMax`. */
  backlog(name: string, options: { deliveriesMax: number }): Promise<Backlog>;

  /**
   * A page of events, newest first (by event id) unless `oldestFirst`. Bounded work, whatever is asked: following the
   * cursors shows every event that matches, and was stored before the first page was asked for, exactly once.
   *
   * @throws {RangeError} for a limit out of its bounds, a cursor that is none, or `state` together with `unhandled`.
   */
  listEvents(query: EventQuery): Promise<EventPage>;

  /** One event, whole; null where there is none. */
  getEvent(id: string): Promise<EventDetail | null>;

  /** One delivery, and its event; null where there is none. */
  getDelivery(id: string): Promise<DeliverySummary | null>;

  /**
   * Makes a dead or waiting delivery due now: a dead one with `attemptBase` set to its `attempt` and its `reason` cleared.
   * Any other, one that is held back, and a dead one whose place in an order another has taken, is refused and stays as it
   * is.
   */
  retryDelivery(id: string): Promise<RetryResult>;

  /**
   * Ends a waiting or dead delivery as `cancelled`, with this reason; any other is refused and stays as it is. Where it held
   * back its order key the next one that waits is due now, and `dueNow` is its id.
   */
  cancelDelivery(id: string, options: { reason: string }): Promise<CancelResult>;

  /**
   * Keeps a new replay. At most REPLAYS_KEPT_MAX are kept: the oldest that has ended gives way.
   *
   * @throws {RangeError} where none has ended.
   */
  createReplay(replay: Replay): Promise<void>;

  /** All replays, newest first. */
  replays(): Promise<Replay[]>;

  /**
   * Puts a replay that has not ended into this state, and returns it as it is then; one that has ended is returned as it
   * is; null where there is none. With `cancelled`, those of its deliveries that wait for their first attempt are cancelled
   * too, at most REPLAY_CANCELLED_MAX of them.
   */
  setReplayState(id: string, state: ReplayState): Promise<Replay | null>;

  /** Takes a step of a replay that runs: makes its deliveries, those that can be made, and moves its cursor. */
  stepReplay(id: string, step: ReplayStep): Promise<ReplayStepResult>;

  /** How many deliveries of a replay wait for their first attempt, counted up to `limit`. */
  replayBacklog(id: string, options: { limit: number }): Promise<number>;

  /**
   * Removes events, oldest first, with all their deliveries: those stored before `deliveredBefore` whose deliveries have
   * all ended, none of them dead; and those stored before `deadBefore` whose deliveries have all ended. What the provider
   * sends again then is a new event, and where a dead one that held back its order key is removed the next one that waits
   * is due now. Looks at no more than `limit` events with an id after `cursor`, in one transaction, and returns how many it
   * removed, and where to go on: null where no event is left that is old enough.
   */
  pruneEvents(options: {
    deliveredBefore: number;
    deadBefore: number;
    cursor: string | null;
    limit: number;
  }): Promise<{ removed: number; cursor: string | null }>;

  /** Sums of the buckets (one minute each) that begin after `now() - windowMs`. An average of nothing is 0. */
  metrics(options: { windowMs: number }): Promise<MetricSums>;

  /** The state of the queue. */
  queueState(): Promise<QueueState>;

  /**
   * Keeps refused requests, as not released, as far as their source has room: past QUARANTINE_REQUESTS_MAX or
   * QUARANTINE_BYTES_MAX of a source its own oldest (by id) give way, released or not, never another source's. One that
   * is larger than that by itself is not kept, and nothing gives way to it. A request that comes again under its own id
   * is kept once, as it is. Returns how many of them this call has added.
   *
   * @throws {RangeError} for an id that is none.
   */
  quarantine(requests: readonly QuarantinedRequest[]): Promise<number>;

  /**
   * A page of refused requests, newest first (by id), without headers and body. Bounded work, as `listEvents`; what gave
   * way or was removed meanwhile is not shown.
   *
   * @throws {RangeError} for a limit out of its bounds or a cursor that is none.
   */
  listQuarantine(query: QuarantineQuery): Promise<QuarantinePage>;

  /** One refused request, whole; null where there is none. */
  getQuarantined(id: string): Promise<QuarantinedRequest | null>;

  /**
   * Stores the event that a refused request has become, with its deliveries, and marks the request as released, in one
   * transaction; as `commit` for one capture, with the same null. Of two releases of one request the second finds it
   * released: `already_released`, and nothing is stored. Where the event is a duplicate the request is marked with the
   * first one's id: `already_stored`, and nothing is dispatched, nor is a dead delivery replaced. That a request is
   * missing or released is said whatever the revision.
   */
  release(
    id: string,
    options: { capture: Capture; revision: number },
  ): Promise<ReleaseResult | null>;

  /** Removes refused requests that were received before `receivedBefore`, in bounded steps. Returns how many. */
  pruneQuarantine(options: { receivedBefore: number }): Promise<number>;

  /** Adds to the uses of secrets, in one transaction: counts are summed, first and last uses widened. */
  recordSecretUses(uses: readonly SecretUse[]): Promise<void>;

  /** All recorded uses, by source and secret. */
  secretUses(): Promise<SecretUse[]>;

  /** Keeps, for each source, the last handshake that succeeded and the last one that failed. */
  recordHandshakes(seen: readonly HandshakeSeen[]): Promise<void>;

  /** What `recordHandshakes` keeps, by source, a failed one before one that succeeded. */
  handshakes(): Promise<HandshakeSeen[]>;

  /** Opens a source's enrolment until then, or closes it (a time that is past). */
  openEnrolment(options: { source: string; until: number }): Promise<void>;

  /**
   * Keeps a secret that a handshake delivered, only while the source's enrolment is open, which this closes. Says whether
   * it was.
   */
  enrol(options: { source: string; secret: string }): Promise<boolean>;

  /**
   * Enrolments by source, of those that are open or have delivered: which are open until when (store's clock), and the
   * distinct secrets they delivered, latest last, at most ENROLLED_SECRETS_MAX a source.
   */
  enrolments(): Promise<readonly Enrolment[]>;

  /**
   * Ends all that is under way, then closes. Further calls reject with {@linkcode StoreUnavailableError}; closing again
   * does nothing.
   */
  close(): Promise<void>;
}

/** Events on one page of {@linkcode EventStore.listEvents}. */
export const PAGE_EVENTS_MAX = 1_000;

/** How long a body's digest is a dedupe key, in milliseconds: 24 hours. */
export const DIGEST_DEDUPE_MS = 86_400_000;

/** Subscriptions that subscribers can add to the set. */
export const SUBSCRIPTIONS_OPENED_MAX = 1_000;

/** Deliveries that are cancelled together with their replay. */
export const REPLAY_CANCELLED_MAX = 2_000;

/** Replays that are kept. */
export const REPLAYS_KEPT_MAX = 1_000;

/** Refused requests that are kept for one source. */
export const QUARANTINE_REQUESTS_MAX = 10_000;

/** Bodies and headers of refused requests that are kept for one source, in bytes. */
export const QUARANTINE_BYTES_MAX = 64 * 1024 * 1024;

/** Secrets that are kept of a source's enrolments: the one in use, and the one before it. */
export const ENROLLED_SECRETS_MAX = 2;

/** Length of a metric bucket, in milliseconds. */
export const METRIC_BUCKET_MS = 60_000;

/** How long metric buckets are kept, in milliseconds: 8 days. Older ones are removed by the operation that opens a new one. */
export const METRIC_RETENTION_MS = 691_200_000;
