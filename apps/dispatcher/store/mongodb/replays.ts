import type { Replay, ReplayState } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import {
  afterStep,
  canRepeat,
  decideReplayState,
  REPLAY_CANCELLED_REASON,
  REPLAY_ENDED,
  replaysFull,
  takesStep,
} from "../contract/decide_replay.ts";
import {
  REPLAY_CANCELLED_MAX,
  REPLAYS_KEPT_MAX,
  type ReplayedDelivery,
  type ReplayStep,
  type ReplayStepResult,
} from "../contract/replays.ts";
import { cancelWaiting } from "./cancel_waiting.ts";
import type { DeliveryDocument, EventDocument } from "./collections.ts";
import { latestKey, latestOf, newDelivery } from "./commit.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, IN_TIME, readAll, replayOf } from "./documents.ts";
import { placeInOrder, type Unplaced } from "./order.ts";
import { holdSet } from "./subscriptions.ts";

/** `createReplay`, in one transaction. A replay whose id is stored stays as it is. */
export async function createReplay(
  context: MongoContext,
  replay: Replay,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const kept = await context.queues.step.run(signal, (session) =>
    writeReplay(context, replay, session),
  );
  if (!kept) throw replaysFull();
}

/** `replays`. */
export async function readReplays(
  { collections: { replays } }: MongoContext,
  { state }: { state?: ReplayState } = {},
): Promise<Replay[]> {
  const filter = state === undefined ? {} : { state };
  return (await readAll(replays.find(filter).sort({ _id: -1 }))).map(replayOf);
}

/**
 * `setReplayState`, in one transaction. A step at the same time conflicts with it: either its deliveries are cancelled
 * too, or it finds the replay ended.
 */
export function setReplayState(
  context: MongoContext,
  id: string,
  { state, signal }: { state: ReplayState; signal: AbortSignal },
): Promise<Replay | null> {
  return context.queues.step.run(signal, (session) => writeState(context, id, { state, session }));
}

/** `replayBacklog`. */
export function countReplayBacklog(
  { collections: { deliveries } }: MongoContext,
  id: string,
  { limit }: { limit: number },
): Promise<number> {
  return deliveries.countDocuments(waitingOf(id), { limit, hint: WAITING_OF_REPLAY, ...IN_TIME });
}

const WAITING_OF_REPLAY = "waiting_of_replay";

/** Finds a replay's deliveries that wait for their first attempt. */
function waitingOf(replay: string) {
  return { replay, replayed: true, state: "waiting", attempt: 0 } as const;
}

async function writeReplay(
  { collections: { replays } }: MongoContext,
  { id, ...fields }: Replay,
  session: ClientSession,
): Promise<boolean> {
  if (await replays.findOne({ _id: id }, { projection: { _id: 1 }, session })) return true;
  const kept = await replays.countDocuments({}, { session, ...IN_TIME });
  const excess = kept + 1 - REPLAYS_KEPT_MAX;
  if (excess > 0) {
    const isEnded = { state: { $in: REPLAY_ENDED } };
    const ended = await readAll(
      replays
        .find(isEnded, { projection: { _id: 1 }, session })
        .sort({ _id: 1 })
        .limit(excess),
    );
    if (ended.length < excess) return false;
    await replays.deleteMany({ _id: { $in: ended.map(({ _id }) => _id) } }, { session });
  }
  await replays.insertOne({ _id: id, ...fields }, { session });
  return true;
}

async function writeState(
  context: MongoContext,
  id: string,
  { state, session }: { state: ReplayState; session: ClientSession },
): Promise<Replay | null> {
  const { replays } = context.collections;
  const found = await replays.findOne({ _id: id }, { session });
  if (!found) return null;
  const replay = replayOf(found);
  const changed = decideReplayState(replay, { state, now: context.clock.now() });
  if (changed === replay) return replay;
  const $set = { state: changed.state, endedAt: changed.endedAt };
  await replays.updateOne({ _id: id }, { $set }, { session });
  if (state === "cancelled") {
    await cancelWaiting(context, waitingOf(id), {
      hint: WAITING_OF_REPLAY,
      limit: REPLAY_CANCELLED_MAX,
      reason: REPLAY_CANCELLED_REASON,
      session,
    });
  }
  return changed;
}

/** The fields of an event that its new delivery copies. */
type EventFacts = Pick<EventDocument, "_id" | "source" | "type" | "bodyBytes">;

/** The fields needed of the latest delivery of an event and subscription. */
type Latest = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "subscription" | "generation" | "state" | "order"
>;

/** The writes of one step. */
interface StepPlan {
  deliveries: Unplaced[];
  /** Ids of the deliveries repeated by `deliveries`. */
  replaced: string[];
  /** Ids of the events that `deliveries` gives to a subscription for the first time. */
  backfilled: string[];
}

/**
 * `stepReplay`, in one transaction. It writes to everything it relies on: the replay, so that of two dispatchers taking
 * the same step one is refused; and the repeated deliveries or backfilled events, so that removing or retrying them at
 * the same time conflicts.
 */
export function stepReplay(
  context: MongoContext,
  id: string,
  { step, signal }: { step: ReplayStep; signal: AbortSignal },
): Promise<ReplayStepResult> {
  return context.queues.step.run(signal, (session) => writeStep(context, id, { step, session }));
}

async function writeStep(
  context: MongoContext,
  id: string,
  { step, session }: { step: ReplayStep; session: ClientSession },
): Promise<ReplayStepResult> {
  const { replays, deliveries, events } = context.collections;
  const found = await replays.findOne({ _id: id }, { session });
  if (!found) return { outcome: "missing" };
  const replay = replayOf(found);
  if (!takesStep(replay, step)) return { outcome: "refused", replay };
  const now = context.clock.now();
  const mayWait = await holdSet(context, session);
  const wanted = step.deliveries.filter(({ subscription }) => mayWait(subscription));
  const plan = await planStep(context, wanted, { replay: id, now, session });
  const next = afterStep(replay, step, { made: plan.deliveries.length, now });
  const { cursor, seen, made: total, state, endedAt } = next;
  const $set = { cursor, seen, made: total, state, endedAt };
  await replays.updateOne({ _id: id }, { $set }, { session });
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
  return { outcome: "written", replay: next, deliveries: made.map(deliveryOf) };
}

/** Plans the deliveries of `wanted` that can be made: the event is stored, and the repeated delivery is the latest and has ended. */
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
    const before = last ? { id: last._id, state: last.state } : null;
    if (!event || !canRepeat(before, repeats)) continue;
    const { source, type, bodyBytes } = event;
    const generation = (last?.generation ?? 0) + 1;
    const made = newDelivery(
      { id, subscription, claim: null },
      { eventId, source, type, bodyBytes, generation, replayOf: repeats, now },
    );
    const document = { ...made, replay, replayed: true as const };
    latest.set(key, document);
    // Only a dead delivery still holds its place in the order.
    const place = last?.state === "dead" ? (last.order ?? null) : null;
    plan.deliveries.push({ document, orderKey, place });
    if (last) plan.replaced.push(last._id);
    else plan.backfilled.push(eventId);
  }
  return plan;
}
