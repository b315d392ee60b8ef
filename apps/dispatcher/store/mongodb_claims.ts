import type { Claim, ClaimedDelivery, EventStore } from "./event_store.ts";
import type { DeliveryDocument } from "./mongodb_collections.ts";
import type { MongoContext } from "./mongodb_context.ts";
import { deliveryOf, eventOf, readAll } from "./mongodb_documents.ts";
import { readPaused } from "./mongodb_subscriptions.ts";

/** Times that others may be faster before a call is content with what it got. */
const ROUNDS_MAX = 3;

/** What a claim needs to know of a delivery before it is claimed. */
type Candidate = Pick<
  DeliveryDocument,
  "_id" | "eventId" | "subscription" | "bodyBytes" | "nextAttemptAt"
>;

const CANDIDATE = { eventId: 1, subscription: 1, bodyBytes: 1, nextAttemptAt: 1 } as const;

/** How much may still be claimed. */
interface Room {
  slots: Map<string, number>;
  limit: number;
  bytesMax: number;
  /** Nothing claimed yet: the first body may have any size. */
  empty: boolean;
}

/**
 * `claimDue`, in three trips whatever the number: find what is due of each subscription, mark it, read it with its
 * events. The mark is an update that asks again whether each delivery still waits, which the server decides for one
 * document after the other; so a delivery is claimed once, and two dispatchers that reach for the same ones share them.
 * In a transaction they would abort each other instead.
 *
 * Where the call fails between mark and answer, deliveries are running that nobody runs: `reclaim` is for these.
 */
export async function claimDue(
  context: MongoContext,
  { claim, slots, limit, bytesMax }: Parameters<EventStore["claimDue"]>[0],
  { signal }: { signal: AbortSignal },
): Promise<ClaimedDelivery[]> {
  const room: Room = { slots: new Map(slots), limit, bytesMax, empty: true };
  const claimed: ClaimedDelivery[] = [];
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    signal.throwIfAborted();
    const chosen = choose(await findDue(context, room), room);
    if (chosen.length === 0) break;
    const won = await mark(context, chosen, claim);
    claimed.push(...won);
    if (won.length === chosen.length) break;
    take(room, won);
  }
  return claimed;
}

/** What is due of each subscription, as far as there is room; earliest first. */
async function findDue(context: MongoContext, { slots, limit }: Room): Promise<Candidate[]> {
  const { deliveries } = context.collections;
  const due = { $lte: context.clock.now() };
  const asked = [...slots].filter(([, free]) => free > 0 && limit > 0);
  if (asked.length === 0) return [];
  const [paused, ...found] = await Promise.all([
    readPaused(context),
    ...asked.map(([subscription, free]) =>
      readAll(
        deliveries
          .find({ subscription, state: "waiting", nextAttemptAt: due }, { projection: CANDIDATE })
          .sort({ nextAttemptAt: 1, _id: 1 })
          .limit(Math.min(free, limit)),
      ),
    ),
  ]);
  return found
    .flat()
    .filter(({ subscription }) => !paused.has(subscription))
    .sort(byDue);
}

function byDue(a: Candidate, b: Candidate): number {
  const first = (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0);
  return first === 0 ? (a._id < b._id ? -1 : 1) : first;
}

/** As many of `due` as there is room for. */
function choose(due: readonly Candidate[], { limit, bytesMax, empty }: Room): Candidate[] {
  const chosen: Candidate[] = [];
  let bytes = 0;
  for (const candidate of due.slice(0, limit)) {
    bytes += candidate.bodyBytes;
    const isFirst = empty && chosen.length === 0;
    if (bytes > bytesMax && !isFirst) break;
    chosen.push(candidate);
  }
  return chosen;
}

function take(room: Room, won: readonly ClaimedDelivery[]): void {
  for (const { delivery, event } of won) {
    const { subscription } = delivery;
    room.slots.set(subscription, (room.slots.get(subscription) ?? 0) - 1);
    room.limit -= 1;
    room.bytesMax -= event.body.length;
    room.empty = false;
  }
}

/** Claims those of `chosen` that still wait, and reads them. */
async function mark(
  { collections: { deliveries, events }, clock }: MongoContext,
  chosen: readonly Candidate[],
  claim: Claim,
): Promise<ClaimedDelivery[]> {
  const ids = chosen.map(({ _id }) => _id);
  // Due still: it may have run elsewhere meanwhile, and wait for its next retry.
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

/** Whether a delivery runs under exactly this claim. */
export function holds(
  { state, claim: held }: Pick<DeliveryDocument, "state" | "claim">,
  { dispatcherId, token }: Claim,
): boolean {
  return state === "running" && held?.token === token && held.dispatcherId === dispatcherId;
}
