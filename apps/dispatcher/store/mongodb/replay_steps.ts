import type { ClientSession } from "mongodb";
import type { ReplayedDelivery, ReplayStep, ReplayStepResult } from "../contract/replays.ts";
import type { DeliveryDocument, EventDocument } from "./collections.ts";
import { latestKey, latestOf, newDelivery } from "./commit.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, readAll, replayOf } from "./documents.ts";
import { placeInOrder, type Unplaced } from "./order.ts";
import { retryChanged } from "./retry_changed.ts";

/** What a new delivery needs to know of its event. */
type EventFacts = Pick<EventDocument, "_id" | "source" | "type" | "bodyBytes">;

/** What it needs to know of the one before it. */
type Latest = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "subscription" | "generation" | "state" | "order"
>;

/** What one step writes. */
interface StepPlan {
  deliveries: Unplaced[];
  /** Ids of the deliveries that some of `deliveries` repeat. */
  replaced: string[];
  /** Ids of the events that some of `deliveries` are the first of their subscription for. */
  backfilled: string[];
}

/**
 * `stepReplay`, in one transaction. It writes to whatever it builds on: the replay, so that of two dispatchers that take
 * the same step one is refused; and the deliveries that are repeated or the events that are given to one more
 * subscription, so that removing or reviving them at the same time conflicts.
 */
export function stepReplay(
  context: MongoContext,
  id: string,
  { step, signal }: { step: ReplayStep; signal: AbortSignal },
): Promise<ReplayStepResult> {
  const lane = context.stepLane;
  return lane.enter(signal, () =>
    retryChanged("take a step of a replay", () =>
      lane.transaction(signal, (session) => writeStep(context, id, { step, session })),
    ),
  );
}

async function writeStep(
  context: MongoContext,
  id: string,
  { step, session }: { step: ReplayStep; session: ClientSession },
): Promise<ReplayStepResult> {
  const { replays, deliveries, events } = context.collections;
  const replay = await replays.findOne({ _id: id }, { session });
  if (!replay) return { outcome: "missing" };
  if (replay.state !== "running" || replay.cursor !== step.from) {
    return { outcome: "refused", replay: replayOf(replay) };
  }
  const now = context.clock.now();
  const plan = await planStep(context, step.deliveries, { replay: id, now, session });
  const next = {
    cursor: step.to,
    seen: replay.seen + step.seen,
    made: replay.made + plan.deliveries.length,
    ...(step.done ? { state: "done" as const, endedAt: now } : {}),
  };
  await replays.updateOne({ _id: id }, { $set: next }, { session });
  if (plan.replaced.length > 0) {
    const filter = { _id: { $in: plan.replaced } };
    await deliveries.updateMany(filter, { $set: { replaced: true } }, { session });
  }
  if (plan.backfilled.length > 0) {
    const update = { $inc: { backfills: 1 }, $unset: { unhandled: "" } } as const;
    await events.updateMany({ _id: { $in: plan.backfilled } }, update, { session });
  }
  const made = await placeInOrder(context, plan.deliveries, session);
  if (made.length > 0) await deliveries.insertMany(made, { session });
  return {
    outcome: "written",
    replay: replayOf({ ...replay, ...next }),
    deliveries: made.map(deliveryOf),
  };
}

/** Those of `wanted` that can be made: their event is there, and the one they repeat is the latest and has ended. */
async function planStep(
  { collections: { events, deliveries } }: MongoContext,
  wanted: readonly ReplayedDelivery[],
  { replay, now, session }: { replay: string; now: number; session: ClientSession },
): Promise<StepPlan> {
  const plan: StepPlan = { deliveries: [], replaced: [], backfilled: [] };
  const eventIds = [...new Set(wanted.map(({ eventId }) => eventId))];
  if (eventIds.length === 0) return plan;
  const facts = { source: 1, type: 1, bodyBytes: 1 };
  const found: EventFacts[] = await readAll(
    events.find({ _id: { $in: eventIds } }, { projection: facts, session }),
  );
  const eventById = new Map(found.map((event) => [event._id, event]));
  const projection = { eventId: 1, subscription: 1, generation: 1, state: 1, order: 1 };
  const latest = latestOf<Latest>(
    await readAll(deliveries.find({ eventId: { $in: eventIds } }, { projection, session })),
  );
  for (const { id, eventId, subscription, replayOf: repeats, orderKey } of wanted) {
    const event = eventById.get(eventId);
    const key = latestKey({ eventId, subscription });
    const last = latest.get(key);
    if (!event || (last?._id ?? null) !== repeats || (last && !hasEnded(last))) continue;
    const { source, type, bodyBytes } = event;
    const generation = (last?.generation ?? 0) + 1;
    const made = newDelivery(
      { id, subscription, claim: null },
      { eventId, source, type, bodyBytes, generation, replayOf: repeats, now },
    );
    const document = { ...made, replay, replayed: true as const };
    latest.set(key, document);
    // Only a dead one still has its place.
    const place = last?.state === "dead" ? (last.order ?? null) : null;
    plan.deliveries.push({ document, orderKey, place });
    if (last) plan.replaced.push(last._id);
    else plan.backfilled.push(eventId);
  }
  return plan;
}

function hasEnded({ state }: Pick<Latest, "state">): boolean {
  return state !== "waiting" && state !== "running";
}
