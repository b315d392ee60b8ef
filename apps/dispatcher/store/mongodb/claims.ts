import type { Delivery } from "@hookgate/types";
import { ClaimRoom } from "../contract/claim_room.ts";
import type { Claim, ClaimedDelivery, Deliveries, Outcome } from "../contract/deliveries.ts";
import { StoreUnavailableError } from "../contract/event_store.ts";
import { readEvents } from "./body_parts.ts";
import type { DeliveryDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, holds, readAll } from "./documents.ts";
import { settleOutcomes } from "./settle.ts";
import { BY_DUE_TIME, namesDue } from "./waiting.ts";

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
 * `claimDue`, in four round trips for any number: find which subscriptions have due deliveries, find those, mark them, read
 * them with their events. The mark is an update that checks again whether each delivery still waits, which the server does one
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
    const { claimed: won, withoutEvent } = await mark(context, chosen, claim);
    claimed.push(...won);
    if (withoutEvent.length > 0) await endWithoutEvent(context, withoutEvent, { claim, signal });
    if (won.length === chosen.length) break;
    for (const { delivery, event } of won) {
      const { subscription, replay } = delivery;
      room.take({ subscription, replayed: replay !== null, bodyBytes: event.body.length });
    }
  }
  return claimed;
}

/**
 * The due deliveries of each subscription, as far as there is room; live before replayed, then by due time. One query for all
 * finds those that have any, so that looking costs the same however many subscriptions there are.
 */
async function findDue(context: MongoContext, room: ClaimRoom): Promise<Candidate[]> {
  const now = context.clock.now();
  const wanted = room.wanted();
  const names = await namesDue(context, { names: wanted.map((one) => one.subscription), now });
  if (names.size === 0) return [];
  const found = await Promise.all(
    wanted
      .filter(({ subscription }) => names.has(subscription))
      .map(({ subscription, replayed, count }) =>
        readAll(
          context.collections.deliveries
            .find(
              {
                subscription,
                replayed: replayed || null,
                nextAttemptAt: { $gte: 0, $lte: now },
              },
              { projection: CANDIDATE, hint: BY_DUE_TIME },
            )
            .sort({ nextAttemptAt: 1, _id: 1 })
            .limit(count),
        ),
      ),
  );
  return found.flat().sort(byTurn);
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

/**
 * Claims the deliveries of `chosen` that still wait, and reads them, in a causal session: what is read is not older than the
 * mark, even if another server has become the primary in between.
 *
 * @throws {StoreUnavailableError} if fewer come back than were marked: then the caller does not know what it has claimed.
 */
async function mark(
  { collections, clock, db }: MongoContext,
  chosen: readonly Candidate[],
  claim: Claim,
): Promise<Marked> {
  const { deliveries } = collections;
  const ids = chosen.map(({ _id }) => _id);
  // Checks the due time too: it may have run elsewhere since, and now wait for a retry.
  const waiting = { state: "waiting" as const, nextAttemptAt: { $lte: clock.now() } };
  const running = { state: "running" as const, nextAttemptAt: null, claim };
  return db.client.withSession({ causalConsistency: true }, async (session) => {
    const { modifiedCount } = await deliveries.updateMany(
      { _id: { $in: ids }, ...waiting },
      { $set: running },
      { session },
    );
    const eventIds = [...new Set(chosen.map(({ eventId }) => eventId))];
    const [found, events] = await Promise.all([
      readAll(deliveries.find({ _id: { $in: ids } }, { session })),
      readEvents(collections, eventIds, session),
    ]);
    const byId = new Map(found.map((document) => [document._id, document]));
    const eventById = new Map(events.map(({ event }) => [event.id, event]));
    const marked: Marked = { claimed: [], withoutEvent: [] };
    const held = ids.flatMap((id) => byId.get(id) ?? []).filter((one) => holds(one, claim));
    if (held.length !== modifiedCount) {
      const state = `${modifiedCount} were marked and ${held.length} came back`;
      throw new StoreUnavailableError(`Cannot claim deliveries: ${state}`);
    }
    for (const document of held) {
      const delivery = deliveryOf(document);
      const event = eventById.get(document.eventId);
      if (event) marked.claimed.push({ delivery, event, claim });
      else marked.withoutEvent.push({ ...delivery, source: document.source, type: document.type });
    }
    return marked;
  });
}

/** What one round has claimed. */
interface Marked {
  claimed: ClaimedDelivery[];
  /** Deliveries whose event, or a part of its body, is not stored. */
  withoutEvent: Eventless[];
}

type Eventless = Delivery & Pick<DeliveryDocument, "source" | "type">;

/** Ends deliveries that cannot be attempted: an event is stored and removed together with its deliveries, so it will not come. */
async function endWithoutEvent(
  context: MongoContext,
  deliveries: readonly Eventless[],
  { claim, signal }: { claim: Claim; signal: AbortSignal },
): Promise<void> {
  const next = { state: "dead", reason: "its event is not stored" } as const;
  const outcomes = deliveries.map((delivery): Outcome => {
    const { id: deliveryId, source, type, subscription, interruptions, suspect, order } = delivery;
    const counted = { source, type, subscription };
    const kept = { attempt: null, failure: null, interruptions, suspect, order };
    return { deliveryId, ...counted, claim, next, ...kept };
  });
  const ids = deliveries.map(({ id }) => id);
  context.log.error({ deliveries: ids }, "deliveries whose events are not stored, ended as dead");
  await settleOutcomes(context, outcomes, { signal });
}
