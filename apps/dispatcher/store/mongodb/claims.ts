import { ClaimRoom } from "../contract/claim_room.ts";
import type { Claim, ClaimedDelivery, Deliveries } from "../contract/deliveries.ts";
import { readEvents } from "./body_parts.ts";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, readAll } from "./documents.ts";
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
  { claim, ...options }: Parameters<Deliveries["claimDue"]>[0],
  { signal }: { signal: AbortSignal },
): Promise<ClaimedDelivery[]> {
  const room = new ClaimRoom(options);
  const claimed: ClaimedDelivery[] = [];
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    signal.throwIfAborted();
    const chosen = choose(await findDue(context, room), room.copy());
    if (chosen.length === 0) break;
    const won = await mark(context, chosen, claim);
    claimed.push(...won);
    if (won.length === chosen.length) break;
    for (const { delivery, event } of won) {
      const { subscription, replay } = delivery;
      room.take({ subscription, replayed: replay !== null, bodyBytes: event.body.length });
    }
  }
  return claimed;
}

/** The due deliveries of each subscription, as far as there is room; live before replayed, then by due time. */
async function findDue(context: MongoContext, room: ClaimRoom): Promise<Candidate[]> {
  const open = room.wanted();
  if (open.length === 0) return [];
  const due = { $gte: 0, $lte: context.clock.now() };
  const [paused, ...found] = await Promise.all([
    readPaused(context),
    ...open.map(({ subscription, replayed, count }) =>
      readAll(
        context.collections.deliveries
          .find(
            { subscription, replayed: replayed || null, nextAttemptAt: due },
            { projection: CANDIDATE },
          )
          .sort({ nextAttemptAt: 1, _id: 1 })
          .limit(count),
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
function choose(due: readonly Candidate[], room: ClaimRoom): Candidate[] {
  const chosen: Candidate[] = [];
  for (const candidate of due) {
    const { subscription, bodyBytes, replayed } = candidate;
    const answer = room.offer({ subscription, bodyBytes, replayed: replayed ?? false });
    if (answer === "stop") break;
    if (answer === "claim") chosen.push(candidate);
  }
  return chosen;
}

/** Claims the deliveries of `chosen` that still wait, and reads them. */
async function mark(
  { collections, clock }: MongoContext,
  chosen: readonly Candidate[],
  claim: Claim,
): Promise<ClaimedDelivery[]> {
  const { deliveries } = collections;
  const ids = chosen.map(({ _id }) => _id);
  // Checks the due time too: it may have run elsewhere since, and now wait for a retry.
  const waiting = { state: "waiting" as const, nextAttemptAt: { $lte: clock.now() } };
  const running = { state: "running" as const, nextAttemptAt: null, claim };
  await deliveries.updateMany({ _id: { $in: ids }, ...waiting }, { $set: running });
  const eventIds = [...new Set(chosen.map(({ eventId }) => eventId))];
  const [marked, found] = await Promise.all([
    readAll(deliveries.find({ _id: { $in: ids } })),
    readEvents(collections, eventIds),
  ]);
  const deliveryById = new Map(marked.map((document) => [document._id, document]));
  const eventById = new Map(found.map(({ event }) => [event.id, event]));
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
