import type { ClientSession } from "mongodb";
import { Tally } from "../contract/buckets.ts";
import {
  type Capture,
  type CaptureResult,
  type CommitOptions,
  type NewDelivery,
  UNTRIED,
} from "../contract/captures.ts";
import { checkCaptures } from "../contract/checks.ts";
import { TooMuchAtOnceError } from "../contract/too_much_at_once.ts";
import { firstPart, furtherParts } from "./body_parts.ts";
import type { BodyPartDocument, DeliveryDocument, EventDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { type Dedupe, type Deduped, dedupeCaptures, type KeyWrite, keyIdsOf } from "./dedupe.ts";
import { deliveryOf, readAll } from "./documents.ts";
import { countMetrics } from "./metrics.ts";
import { placeInOrder, type Unplaced } from "./order.ts";
import { passGate, readRevision } from "./subscriptions.ts";
import { DELIVERIES_MAX, triesFor } from "./transactions/transaction_queue.ts";

/** What to write for a batch, given what is stored. */
export interface CommitPlan {
  now: number;
  /** One for each capture, with the ids of its `deliveries`. */
  results: (Omit<CaptureResult, "deliveries"> & { made: readonly string[] })[];
  events: EventDocument[];
  bodyParts: BodyPartDocument[];
  keys: readonly KeyWrite[];
  deliveries: Unplaced[];
  /** What it adds to the metrics. */
  tally: Tally;
  /** Ids of the dead deliveries replaced by `deliveries`. */
  replaced: string[];
  /** Ids of unhandled events that get their first deliveries. */
  handled: string[];
}

/**
 * `commit`: looks up known events (a majority read, so that no duplicate is answered whose first could still be rolled
 * back), then writes the rest in one transaction. If another dispatcher took a key in between, the whole transaction
 * fails, and the batch is looked up again and written without its new duplicates.
 *
 * @throws {TooMuchAtOnceError} for too many deliveries, or if it keeps losing.
 */
export async function commitCaptures(
  context: MongoContext,
  captures: readonly Capture[],
  { revision, losing, signal }: CommitOptions & { signal: AbortSignal },
): Promise<CaptureResult[] | null> {
  checkCaptures(captures);
  const count = captures.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
  if (captures.length > 1 && count > DELIVERIES_MAX) {
    const state = `a transaction has at most ${DELIVERIES_MAX} deliveries, these are ${count}`;
    throw new TooMuchAtOnceError(`Cannot store events at once: ${state}`);
  }
  const queue = context.queues.commit;
  const attempt = async (again: boolean) => {
    const plan = await planCommit(context, captures, { again });
    if (plan.events.length === 0 && plan.deliveries.length === 0) {
      if ((await readRevision(context)) !== revision) return null;
      await countMetrics(context, plan.tally, { now: plan.now, kind: "received" });
      return resultsOf(plan, []);
    }
    const written = await context.orderLocks.during(orderKeysOf(plan), () =>
      queue.transaction((session) => writePlan(context, plan, { revision, session })),
    );
    if (written === "changed") return "changed";
    return written === "stale" ? null : written;
  };
  return queue.insist(signal, attempt, { triesMax: triesFor(captures), losing });
}

/** The order keys of a plan's deliveries. */
export function orderKeysOf({ deliveries }: Pick<CommitPlan, "deliveries">): string[] {
  return deliveries.flatMap(({ orderKey, place }) => place?.key ?? orderKey ?? []);
}

/** Options for {@linkcode planCommit}. */
export interface PlanCommitOptions {
  /** Whether a transaction has failed: then ids are looked up too. */
  again: boolean;
  /** Whether a duplicate's deliveries replace dead ones, and are stored of an unhandled event. @default {true} */
  replacesDead?: boolean;
}

/** Looks up what is stored and decides what to write. */
export async function planCommit(
  context: MongoContext,
  captures: readonly Capture[],
  { again, replacesDead = true }: PlanCommitOptions,
): Promise<CommitPlan> {
  const { decisions, keys } = await dedupe(context, captures, { again });
  const known = replacesDead ? await findKnown(context, captures, decisions) : NOTHING_KNOWN();
  const now = context.clock.now();
  const plan: CommitPlan = {
    now,
    tally: new Tally(context.series, now),
    results: [],
    events: [],
    bodyParts: [],
    keys,
    deliveries: [],
    replaced: [],
    handled: [],
  };
  for (const [index, capture] of captures.entries()) {
    const decision = decisions[index];
    if (decision) planCapture(plan, capture, { decision, known });
  }
  return plan;
}

/** Decides which captures are new. Ids of events are looked up only after a failed transaction: they rarely match. */
async function dedupe(
  { collections: { events, keys } }: MongoContext,
  captures: readonly Capture[],
  { again }: { again: boolean },
): Promise<Deduped> {
  const keyIds = captures.flatMap(({ event }) => {
    const { first, withBody } = keyIdsOf(event);
    return withBody === null ? [first] : [first, withBody];
  });
  const ids = again ? captures.map(({ event }) => event.id) : [];
  const [found, stored] = await Promise.all([
    keyIds.length > 0 ? readAll(keys.find({ _id: { $in: keyIds } })) : [],
    ids.length > 0
      ? readAll(events.find({ _id: { $in: ids } }, { projection: { _id: 1 as const } }))
      : [],
  ]);
  return dedupeCaptures(captures, { keys: found, eventIds: new Set(stored.map(({ _id }) => _id)) });
}

/** What is known of the stored events of duplicates. */
interface Known {
  /** The latest deliveries, by event and subscription. */
  latest: Map<string, DeliveryDocument>;
  /** The unhandled ones, by id. */
  unhandled: Map<string, Pick<EventDocument, "source" | "type" | "bodyBytes">>;
}

const NOTHING_KNOWN = (): Known => ({ latest: new Map(), unhandled: new Map() });

async function findKnown(
  { collections: { deliveries, events } }: MongoContext,
  captures: readonly Capture[],
  decisions: readonly Dedupe[],
): Promise<Known> {
  const eventIds = decisions.flatMap((decision, index) => {
    const wanted = (captures[index]?.deliveries.length ?? 0) > 0;
    return wanted && decision.kind === "duplicate" && decision.stored ? [decision.eventId] : [];
  });
  if (eventIds.length === 0) return NOTHING_KNOWN();
  const $in = [...new Set(eventIds)];
  const projection = { source: 1, type: 1, bodyBytes: 1 } as const;
  const [made, bare] = await Promise.all([
    readAll(deliveries.find({ eventId: { $in } }, { projection: { attempts: 0 } })),
    readAll(events.find({ _id: { $in }, unhandled: true }, { projection, hint: "_id_" })),
  ]);
  return { latest: latestOf(made), unhandled: new Map(bare.map((event) => [event._id, event])) };
}

/** The latest delivery of each event and subscription, by {@linkcode latestKey}. */
export function latestOf<T extends OfEvent & Pick<DeliveryDocument, "generation">>(
  deliveries: readonly T[],
): Map<string, T> {
  const latest = new Map<string, T>();
  for (const found of deliveries) {
    const key = latestKey(found);
    const other = latest.get(key);
    if (!other || other.generation < found.generation) latest.set(key, found);
  }
  return latest;
}

type OfEvent = Pick<DeliveryDocument, "eventId" | "subscription">;

/** Key of an event and a subscription. */
export function latestKey({ eventId, subscription }: OfEvent): string {
  return `${eventId} ${subscription}`;
}

function planCapture(
  plan: CommitPlan,
  { event, deliveries, skipped }: Capture,
  { decision, known }: { decision: Dedupe; known: Known },
): void {
  if (decision.kind === "again") {
    plan.results.push({ eventId: event.id, duplicate: false, made: [] });
    return;
  }
  const counts = plan.tally.of({
    source: event.source,
    type: event.type,
    subscription: "",
    outcome: "",
  });
  if (decision.kind === "duplicate") {
    counts.duplicates += 1;
    const { eventId } = decision;
    // Without claims: the caller has another request than the stored one, which is to be delivered.
    const unclaimed = deliveries.map((delivery) => ({ ...delivery, claim: null }));
    const made = deliverFirst(plan, unclaimed, { eventId, known })
      ? unclaimed
      : unclaimed.filter((delivery) => replaceDead(plan, delivery, { eventId, ...known }));
    plan.results.push({ eventId, duplicate: true, made: made.map(({ id }) => id) });
    return;
  }
  const { id, dedupe: _, bodyWindowMs: __, ...fields } = event;
  counts.received += 1;
  const flag = decision.seenBefore ? (["seen_before"] as const) : [];
  plan.bodyParts.push(...furtherParts(event));
  plan.events.push({
    _id: id,
    ...fields,
    body: firstPart(event.body),
    flags: [...new Set([...event.flags, ...flag])],
    bodyBytes: event.body.length,
    ...(deliveries.length === 0 ? { unhandled: true } : {}),
    ...(skipped.length > 0 ? { skipped } : {}),
  });
  const { source, type } = event;
  const facts = { eventId: id, source, type, bodyBytes: event.body.length };
  for (const delivery of deliveries) {
    const document = newDelivery(delivery, {
      ...facts,
      generation: 1,
      replayOf: null,
      now: plan.now,
    });
    plan.deliveries.push({ document, orderKey: delivery.orderKey, place: null });
  }
  plan.results.push({
    eventId: id,
    duplicate: false,
    made: deliveries.map((one) => one.id),
    ...(decision.seenBefore && { seenBefore: true }),
  });
}

/** Plans all deliveries of a stored event if it is unhandled; returns whether it is. */
function deliverFirst(
  plan: CommitPlan,
  deliveries: readonly NewDelivery[],
  { eventId, known: { latest, unhandled } }: { eventId: string; known: Known },
): boolean {
  const event = unhandled.get(eventId);
  if (event === undefined || deliveries.length === 0) return false;
  const { source, type, bodyBytes } = event;
  for (const delivery of deliveries) {
    const facts = { eventId, source, type, bodyBytes, generation: 1, replayOf: null };
    const document = newDelivery(delivery, { ...facts, now: plan.now });
    latest.set(latestKey(document), document);
    plan.deliveries.push({ document, orderKey: delivery.orderKey, place: null });
  }
  unhandled.delete(eventId);
  plan.handled.push(eventId);
  return true;
}

/** Plans the next generation if the subscription's latest delivery is dead; returns whether it did. */
function replaceDead(
  plan: CommitPlan,
  delivery: NewDelivery,
  { eventId, latest }: { eventId: string; latest: Map<string, DeliveryDocument> },
): boolean {
  const key = latestKey({ eventId, subscription: delivery.subscription });
  const last = latest.get(key);
  if (last?.state !== "dead") return false;
  const { source, type, bodyBytes, generation } = last;
  const facts = { eventId, source, type, bodyBytes, generation: generation + 1 };
  const document = newDelivery(delivery, { ...facts, replayOf: last._id, now: plan.now });
  latest.set(key, document);
  plan.deliveries.push({ document, orderKey: delivery.orderKey, place: last.order ?? null });
  plan.replaced.push(last._id);
  return true;
}

/** The document of a new delivery: `running` under its claim, or `waiting`, due now. */
export function newDelivery(
  { id, subscription, claim }: Pick<NewDelivery, "id" | "subscription" | "claim">,
  { now, ...facts }: NewDeliveryFacts,
): DeliveryDocument {
  return {
    ...UNTRIED,
    _id: id,
    ...facts,
    subscription,
    state: claim ? "running" : "waiting",
    nextAttemptAt: claim ? null : now,
    claim,
    order: null,
    replay: null,
  };
}

type NewDeliveryFacts = Pick<
  DeliveryDocument,
  "eventId" | "source" | "type" | "bodyBytes" | "generation" | "replayOf"
> & { now: number };

/** Writes a plan in the transaction of `session`, or aborts it if the plan no longer fits. */
export async function writePlan(
  context: MongoContext,
  plan: CommitPlan,
  { revision, session }: { revision: number; session: ClientSession },
): Promise<CaptureResult[] | "stale" | "changed"> {
  const { collections } = context;
  const { now, events, replaced, handled } = plan;
  const gate = await passGate(context, { revision, session });
  if (gate !== "open") {
    await session.abortTransaction();
    return gate;
  }
  if (replaced.length > 0) {
    // A write, so that retrying one of them at the same time conflicts.
    const filter = { _id: { $in: replaced }, state: "dead" as const };
    const update = { $set: { replaced: true } };
    const { matchedCount } = await collections.deliveries.updateMany(filter, update, { session });
    if (matchedCount < replaced.length) {
      await session.abortTransaction();
      return "changed";
    }
  }
  if (handled.length > 0) {
    // The same, should a backfill or another duplicate have delivered one since.
    const filter = { _id: { $in: handled }, unhandled: true as const };
    const update = { $inc: { backfills: 1 }, $unset: { unhandled: "" } } as const;
    const options = { session, hint: "_id_" } as const;
    const { matchedCount } = await collections.events.updateMany(filter, update, options);
    if (matchedCount < handled.length) {
      await session.abortTransaction();
      return "changed";
    }
  }
  if (!(await writeKeys(context, plan.keys, session))) {
    await session.abortTransaction();
    return "changed";
  }
  const deliveries = await placeInOrder(context, plan.deliveries, session);
  if (events.length > 0) await collections.events.insertMany(events, { session });
  if (plan.bodyParts.length > 0) {
    await collections.bodyParts.insertMany(plan.bodyParts, { session });
  }
  if (deliveries.length > 0) await collections.deliveries.insertMany(deliveries, { session });
  await countMetrics(context, plan.tally, { now, kind: "received", session });
  return resultsOf(plan, deliveries);
}

/** Writes keys; returns whether those to replace were as they were read. */
async function writeKeys(
  { collections: { keys } }: MongoContext,
  writes: readonly KeyWrite[],
  session: ClientSession,
): Promise<boolean> {
  const inserted = writes.flatMap((write) => (write.kind === "insert" ? [write.key] : []));
  if (inserted.length > 0) await keys.insertMany(inserted, { session });
  for (const write of writes) {
    if (write.kind === "insert") continue;
    const { key, before } = write;
    const { _id, event, earlier } = key;
    const filter = { _id, event: before.event, earlier: before.earlier };
    const { matchedCount } = await keys.updateOne(
      filter,
      { $set: { event, earlier } },
      { session },
    );
    if (matchedCount === 0) return false;
  }
  return true;
}

function resultsOf(
  { results }: CommitPlan,
  deliveries: readonly DeliveryDocument[],
): CaptureResult[] {
  const byId = new Map(deliveries.map((document) => [document._id, document]));
  return results.map(({ made, ...result }) => ({
    ...result,
    deliveries: made.flatMap((id) => byId.get(id) ?? []).map(deliveryOf),
  }));
}
