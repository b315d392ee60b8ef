import type { ClientSession } from "mongodb";
import type { Capture, CaptureResult, NewDelivery } from "./event_store.ts";
import type { DeliveryDocument, EventDocument } from "./mongodb_collections.ts";
import type { MongoContext } from "./mongodb_context.ts";
import { type Dedupe, dedupeCaptures, dedupeKeys, type KeyHolder } from "./mongodb_dedupe.ts";
import { deliveryOf, readAll } from "./mongodb_documents.ts";
import { countMetrics, pruneMetrics } from "./mongodb_metrics.ts";
import { retryChanged } from "./mongodb_retry_changed.ts";
import { passGate, readRevision } from "./mongodb_subscriptions.ts";

/** What a batch comes to, given what is stored. */
export interface CommitPlan {
  now: number;
  results: CaptureResult[];
  events: EventDocument[];
  deliveries: DeliveryDocument[];
  /** Ids of the dead deliveries that some of `deliveries` replace. */
  replaced: string[];
}

/**
 * `commit`: looks up what is known (a majority read, so no duplicate is answered that could still be rolled back), then
 * writes the rest in one transaction. A key that another dispatcher took in between fails the whole transaction, so the
 * batch is looked up again and written without the losers.
 */
export async function commitCaptures(
  context: MongoContext,
  captures: readonly Capture[],
  { revision, signal }: { revision: number; signal: AbortSignal },
): Promise<CaptureResult[] | null> {
  const lane = context.ingestLane;
  return lane.enter(signal, () =>
    retryChanged("store events", async (again) => {
      const plan = await planCommit(context, captures, { again });
      if (plan.events.length === 0 && plan.deliveries.length === 0) {
        return (await readRevision(context)) === revision ? plan.results : null;
      }
      const written = await lane.transaction(signal, (session) =>
        writePlan(context, plan, { revision, session }),
      );
      if (written === "changed") return "changed";
      await pruneMetrics(context, { now: plan.now, kind: "received" });
      return written === "written" ? plan.results : null;
    }),
  );
}

/** Options for {@linkcode planCommit}. */
export interface PlanCommitOptions {
  /** Whether a transaction has failed, so that ids have to be looked up too. */
  again: boolean;
  /** Whether a duplicate's deliveries replace dead ones. @default {true} */
  replacesDead?: boolean;
}

/** Looks up what is stored, and decides what is to be written. */
export async function planCommit(
  context: MongoContext,
  captures: readonly Capture[],
  { again, replacesDead = true }: PlanCommitOptions,
): Promise<CommitPlan> {
  const decisions = dedupeCaptures(captures, await findHolders(context, captures, { again }));
  const latest = replacesDead
    ? await findLatest(context, captures, decisions)
    : new Map<string, DeliveryDocument>();
  const plan: CommitPlan = {
    now: context.clock.now(),
    results: [],
    events: [],
    deliveries: [],
    replaced: [],
  };
  for (const [index, capture] of captures.entries()) {
    const decision = decisions[index];
    if (decision) planCapture(plan, capture, { decision, latest });
  }
  return plan;
}

/** All stored events that matter for dedupe. Ids are asked for only where a transaction has failed: they are rare. */
async function findHolders(
  { collections: { events } }: MongoContext,
  captures: readonly Capture[],
  { again }: { again: boolean },
): Promise<KeyHolder[]> {
  const keys = captures.flatMap(({ event }) => dedupeKeys(event).flat());
  const ids = again ? captures.map(({ event }) => event.id) : [];
  const projection = { receivedAt: 1, dedupe: 1 };
  const found = await Promise.all([
    keys.length > 0 ? readAll(events.find({ dedupe: { $in: keys } }, { projection })) : [],
    ids.length > 0 ? readAll(events.find({ _id: { $in: ids } }, { projection })) : [],
  ]);
  return found.flat().map(({ _id, receivedAt, dedupe }) => ({ eventId: _id, receivedAt, dedupe }));
}

/** The latest delivery of each stored event that came again, by event and subscription. */
async function findLatest(
  { collections: { deliveries } }: MongoContext,
  captures: readonly Capture[],
  decisions: readonly Dedupe[],
): Promise<Map<string, DeliveryDocument>> {
  const latest = new Map<string, DeliveryDocument>();
  const eventIds = decisions.flatMap((decision, index) => {
    const wanted = (captures[index]?.deliveries.length ?? 0) > 0;
    return wanted && decision.kind === "duplicate" && decision.stored ? [decision.eventId] : [];
  });
  if (eventIds.length === 0) return latest;
  const filter = { eventId: { $in: [...new Set(eventIds)] } };
  for (const found of await readAll(deliveries.find(filter, { projection: { attempts: 0 } }))) {
    const key = latestKey(found);
    const other = latest.get(key);
    if (!other || other.generation < found.generation) latest.set(key, found);
  }
  return latest;
}

function latestKey({ eventId, subscription }: { eventId: string; subscription: string }): string {
  return `${eventId} ${subscription}`;
}

function planCapture(
  plan: CommitPlan,
  { event, deliveries }: Capture,
  { decision, latest }: { decision: Dedupe; latest: Map<string, DeliveryDocument> },
): void {
  const result = { eventId: event.id, duplicate: false };
  if (decision.kind === "again") {
    plan.results.push({ ...result, deliveries: [] });
    return;
  }
  if (decision.kind === "duplicate") {
    const { eventId } = decision;
    const made = deliveries.flatMap(
      (delivery) => replaceDead(plan, delivery, { eventId, latest }) ?? [],
    );
    plan.results.push({ eventId, duplicate: true, deliveries: made.map(deliveryOf) });
    return;
  }
  const { id, ...fields } = event;
  const flag = decision.keyReused ? (["key_reused"] as const) : [];
  plan.events.push({
    _id: id,
    ...fields,
    flags: [...new Set([...event.flags, ...flag])],
    bodyBytes: event.body.length,
    dedupe: decision.dedupe,
    ...(deliveries.length === 0 ? { unhandled: true } : {}),
  });
  const { source, type } = event;
  const facts = { eventId: id, source, type, bodyBytes: event.body.length };
  const made = deliveries.map((delivery) =>
    newDelivery(delivery, { ...facts, generation: 1, replayOf: null, now: plan.now }),
  );
  plan.deliveries.push(...made);
  plan.results.push({ ...result, deliveries: made.map(deliveryOf) });
}

/** The next generation of the delivery's subscription where the latest one is dead. */
function replaceDead(
  plan: CommitPlan,
  delivery: NewDelivery,
  { eventId, latest }: { eventId: string; latest: Map<string, DeliveryDocument> },
): DeliveryDocument | null {
  const key = latestKey({ eventId, subscription: delivery.subscription });
  const last = latest.get(key);
  if (last?.state !== "dead") return null;
  const { source, type, bodyBytes, generation } = last;
  const facts = { eventId, source, type, bodyBytes, generation: generation + 1 };
  const made = newDelivery(delivery, { ...facts, replayOf: last._id, now: plan.now });
  latest.set(key, made);
  plan.deliveries.push(made);
  plan.replaced.push(last._id);
  return made;
}

function newDelivery(
  { id, subscription, claim }: NewDelivery,
  { now, ...facts }: NewDeliveryFacts,
): DeliveryDocument {
  return {
    _id: id,
    ...facts,
    subscription,
    state: claim ? "running" : "waiting",
    nextAttemptAt: claim ? null : now,
    claim,
    attempt: 0,
    attemptBase: 0,
    interruptions: 0,
    suspect: false,
    reason: "",
    attempts: [],
  };
}

type NewDeliveryFacts = Pick<
  DeliveryDocument,
  "eventId" | "source" | "type" | "bodyBytes" | "generation" | "replayOf"
> & { now: number };

/** Writes a plan in the transaction of `session`, which it aborts where the plan no longer fits. */
export async function writePlan(
  context: MongoContext,
  { now, events, deliveries, replaced }: CommitPlan,
  { revision, session }: { revision: number; session: ClientSession },
): Promise<"written" | "stale" | "changed"> {
  const { collections } = context;
  const gate = await passGate(context, { revision, session });
  if (gate !== "open") {
    await session.abortTransaction();
    return gate;
  }
  if (replaced.length > 0) {
    // Written so that reviving one of them at the same time conflicts.
    const filter = { _id: { $in: replaced }, state: "dead" as const };
    const update = { $set: { replaced: true } };
    const { matchedCount } = await collections.deliveries.updateMany(filter, update, { session });
    if (matchedCount < replaced.length) {
      await session.abortTransaction();
      return "changed";
    }
  }
  if (events.length > 0) await collections.events.insertMany(events, { session });
  if (deliveries.length > 0) await collections.deliveries.insertMany(deliveries, { session });
  if (events.length > 0) {
    const counts = { received: events.length };
    await countMetrics(context, counts, { now, kind: "received", session });
  }
  return "written";
}
