import type { Claim, ClaimedDelivery, Deliveries, Slots } from "../contract/deliveries.ts";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, eventOf, readAll } from "./documents.ts";
import { readPaused } from "./subscriptions.ts";

/** Rounds of one call: in each, other dispatchers may be faster. */
const ROUNDS_MAX = 3;

/** The fields needed to choose which deliveries to claim. */
type Candidate = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "subscription" | "bodyBytes" | "nextAttemptAt" | "replayed"
>;

const CANDIDATE = {
  eventId: 1,
  subscription: 1,
  bodyBytes: 1,
  nextAttemptAt: 1,
  replayed: 1,
} as const;

/** How much of one subscription may still be claimed. */
interface Share extends Slots {
  /** Nothing claimed yet: the first body may have any size. */
  empty: boolean;
}

/** How much may still be claimed. */
interface Room {
  shares: Map<string, Share>;
  limit: number;
  bytesMax: number;
  /** Nothing claimed yet: the first body may have any size. */
  empty: boolean;
}

/**
 * `claimDue`, in three round trips for any number: find each subscription's due deliveries, mark them, read them with
 * their events. The mark is an update that checks again whether each delivery still waits, which the server does one
 * document at a time. So each delivery is claimed once, and two dispatchers that want the same ones share them; in
 * transactions they would abort each other.
 *
 * If the call fails between mark and answer, deliveries are marked as running that nobody runs: `reclaim` finds them.
 */
export async function claimDue(
  context: MongoContext,
  { claim, slots, limit, bytesMax }: Parameters<Deliveries["claimDue"]>[0],
  { signal }: { signal: AbortSignal },
): Promise<ClaimedDelivery[]> {
  const shares = new Map([...slots].map(([name, free]) => [name, { ...free, empty: true }]));
  const room: Room = { shares, limit, bytesMax, empty: true };
  const claimed: ClaimedDelivery[] = [];
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    signal.throwIfAborted();
    const chosen = choose(await findDue(context, room), room);
    if (chosen.length === 0) break;
    const won = await mark(context, chosen, claim);
    claimed.push(...won);
    if (won.length === chosen.length) break;
    for (const { delivery, event } of won) {
      const { subscription, replay } = delivery;
      const replayed = replay === null ? null : true;
      take(room, { subscription, replayed, bodyBytes: event.body.length });
    }
  }
  return claimed;
}

/** The due deliveries of each subscription, as far as there is room; live before replayed, then by due time. */
async function findDue(context: MongoContext, { shares, limit }: Room): Promise<Candidate[]> {
  const asked = [...shares].flatMap(([subscription, { deliveries, replayed }]) => [
    { subscription, replayed: null, free: Math.min(deliveries, limit) },
    { subscription, replayed: true as const, free: Math.min(replayed, deliveries, limit) },
  ]);
  const open = asked.filter(({ free }) => free > 0);
  if (open.length === 0) return [];
  const due = { $gte: 0, $lte: context.clock.now() };
  const [paused, ...found] = await Promise.all([
    readPaused(context),
    ...open.map(({ subscription, replayed, free }) =>
      readAll(
        context.collections.deliveries
          .find({ subscription, replayed, nextAttemptAt: due }, { projection: CANDIDATE })
          .sort({ nextAttemptAt: 1, _id: 1 })
          .limit(free),
      ),
    ),
  ]);
  return found
    .flat()
    .filter(({ subscription }) => !paused.has(subscription))
    .sort(byTurn);
}

function byTurn(a: Candidate, b: Candidate): number {
  const live = Number(a.replayed ?? false) - Number(b.replayed ?? false);
  if (live !== 0) return live;
  const first = (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0);
  return first === 0 ? (a._id < b._id ? -1 : 1) : first;
}

/** The first of `due`, as many as there is room for. */
function choose(due: readonly Candidate[], room: Room): Candidate[] {
  const left = structuredClone(room);
  const full = new Set<string>();
  const chosen: Candidate[] = [];
  for (const candidate of due) {
    const { subscription, bodyBytes, replayed } = candidate;
    const share = left.shares.get(subscription);
    if (!share || full.has(subscription)) continue;
    if (share.deliveries === 0 || (replayed && share.replayed === 0)) continue;
    if (bodyBytes > share.bytes && !share.empty) {
      full.add(subscription);
      continue;
    }
    if (left.limit === 0 || (bodyBytes > left.bytesMax && !left.empty)) break;
    take(left, candidate);
    chosen.push(candidate);
  }
  return chosen;
}

function take(room: Room, taken: Pick<Candidate, "subscription" | "replayed" | "bodyBytes">): void {
  room.limit -= 1;
  room.bytesMax -= taken.bodyBytes;
  room.empty = false;
  const share = room.shares.get(taken.subscription);
  if (!share) return;
  share.deliveries -= 1;
  share.replayed -= taken.replayed ? 1 : 0;
  share.bytes -= taken.bodyBytes;
  share.empty = false;
}

/** Claims the deliveries of `chosen` that still wait, and reads them. */
async function mark(
  { collections: { deliveries, events }, clock }: MongoContext,
  chosen: readonly Candidate[],
  claim: Claim,
): Promise<ClaimedDelivery[]> {
  const ids = chosen.map(({ _id }) => _id);
  // Checks the due time too: it may have run elsewhere since, and now wait for a retry.
  const waiting = { state: "waiting" as const, nextAttemptAt: { $lte: clock.now() } };
  const running = { state: "running" as const, nextAttemptAt: null, claim };
  await deliveries.updateMany({ _id: { $in: ids }, ...waiting }, { $set: running });
  const eventIds = [...new Set(chosen.map(({ eventId }) => eventId))];
  const [marked, found] = await Promise.all([
    readAll(deliveries.find({ _id: { $in: ids } })),
    readAll(events.find({ _id: { $in: eventIds } })),
  ]);
  const deliveryById = new Map(marked.map((document) => [document._id, document]));
  const eventById = new Map(found.map((document) => [document._id, eventOf(document)]));
  return ids.flatMap((id) => {
    const document = deliveryById.get(id);
    const event = eventById.get(document?.eventId ?? "");
    if (!document || !event || !holds(document, claim)) return [];
    return { delivery: deliveryOf(document), event, claim };
  });
}

/** Whether a delivery runs under this very claim. */
export function holds(
  { state, claim: held }: Pick<DeliveryDocument, "state" | "claim">,
  { dispatcherId, token }: Claim,
): boolean {
  return state === "running" && held?.token === token && held.dispatcherId === dispatcherId;
}
