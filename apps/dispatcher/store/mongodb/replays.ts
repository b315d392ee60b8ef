import type { Replay, ReplayState } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import { REPLAY_CANCELLED_MAX, REPLAYS_KEPT_MAX } from "../contract/replays.ts";
import type { ReplayDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll, replayOf } from "./documents.ts";
import { leaveOrder, leftOf } from "./order.ts";

/** Why deliveries are cancelled together with their replay. */
const CANCELLED_REASON = "its replay was cancelled";

const ENDED: readonly ReplayState[] = ["cancelled", "done"];

/** `createReplay`, in one transaction. One that comes again under its own id is kept once, as it is. */
export async function createReplay(
  context: MongoContext,
  replay: Replay,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const lane = context.stepLane;
  const kept = await lane.enter(signal, () =>
    lane.transaction(signal, (session) => writeReplay(context, replay, session)),
  );
  if (kept) return;
  const reason = `${REPLAYS_KEPT_MAX} are kept and none of them has ended`;
  throw new RangeError(`Cannot keep the replay: ${reason}`);
}

/** `replays`. */
export async function readReplays({ collections: { replays } }: MongoContext): Promise<Replay[]> {
  return (await readAll(replays.find().sort({ _id: -1 }))).map(replayOf);
}

/**
 * `setReplayState`, in one transaction. A step that is under way conflicts with it: either its deliveries are cancelled
 * too, or it finds the replay ended.
 */
export function setReplayState(
  context: MongoContext,
  id: string,
  { state, signal }: { state: ReplayState; signal: AbortSignal },
): Promise<Replay | null> {
  const lane = context.stepLane;
  return lane.enter(signal, () =>
    lane.transaction(signal, (session) => writeState(context, id, { state, session })),
  );
}

/** `replayBacklog`. */
export function countReplayBacklog(
  { collections: { deliveries } }: MongoContext,
  id: string,
  { limit }: { limit: number },
): Promise<number> {
  return deliveries.countDocuments(waitingOf(id), { limit });
}

/** Those of a replay's deliveries that wait for their first attempt. */
function waitingOf(replay: string) {
  return { replay, replayed: true, state: "waiting", attempt: 0 } as const;
}

async function writeReplay(
  { collections: { replays } }: MongoContext,
  { id, ...fields }: Replay,
  session: ClientSession,
): Promise<boolean> {
  const projection = { state: 1 };
  const found: Pick<ReplayDocument, "_id" | "state">[] = await readAll(
    replays.find({}, { projection, session }).sort({ _id: 1 }),
  );
  if (found.some(({ _id }) => _id === id)) return true;
  const excess = found.length + 1 - REPLAYS_KEPT_MAX;
  if (excess > 0) {
    const ended = found.filter(({ state }) => ENDED.includes(state)).slice(0, excess);
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
  if (ENDED.includes(found.state)) return replayOf(found);
  const endedAt = ENDED.includes(state) ? context.clock.now() : null;
  await replays.updateOne({ _id: id }, { $set: { state, endedAt } }, { session });
  if (state === "cancelled") await cancelWaiting(context, id, session);
  return replayOf({ ...found, state, endedAt });
}

/** Cancels a replay's deliveries that wait for their first attempt, and makes due what they held back. */
async function cancelWaiting(
  context: MongoContext,
  replay: string,
  session: ClientSession,
): Promise<void> {
  const { deliveries } = context.collections;
  const projection = { subscription: 1, order: 1, state: 1, nextAttemptAt: 1 };
  const waiting = await readAll(
    deliveries.find(waitingOf(replay), { projection, session }).limit(REPLAY_CANCELLED_MAX),
  );
  if (waiting.length === 0) return;
  const $set = { state: "cancelled" as const, nextAttemptAt: null, reason: CANCELLED_REASON };
  const ids = waiting.map(({ _id }) => _id);
  await deliveries.updateMany({ _id: { $in: ids } }, { $set }, { session });
  await leaveOrder(context, leftOf(waiting), { now: context.clock.now(), session });
}
