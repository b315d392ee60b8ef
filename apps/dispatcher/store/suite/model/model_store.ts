import type { Delivery, DeliveryOrder, ReceivedEvent, Replay, ReplayState } from "@hookgate/types";
import {
  type Capture,
  type CaptureResult,
  type NewDelivery,
  UNTRIED,
} from "../../contract/captures.ts";
import { ClaimRoom, type ClaimRoomOptions } from "../../contract/claim_room.ts";
import {
  afterStep,
  canRepeat,
  decideReplayState,
  REPLAY_CANCELLED_REASON,
  takesStep,
} from "../../contract/decide_replay.ts";
import type {
  CancelResult,
  Claim,
  ClaimedDelivery,
  Outcome,
  RetryResult,
} from "../../contract/deliveries.ts";
import { appendAttempt } from "../../contract/outcomes.ts";
import type { ReplayedDelivery, ReplayStep, ReplayStepResult } from "../../contract/replays.ts";

/** A delivery as the model keeps it. */
interface Kept {
  delivery: Delivery;
  event: ReceivedEvent;
  /** Who holds it while it runs. */
  claim: Claim | null;
}

/** How a delivery is stored. */
interface Place {
  latest: Delivery | null;
  replay: string | null;
  now: number;
}

/**
 * What the contract says of deliveries, as plainly as it can be said: one list, searched from end to end. Every operation is
 * a step from one state to the next and is given the time. Both stores are held against it, and the simulation runs on it.
 *
 * Captures are told apart by their provider's id alone (the rule `id`); the other rules are none of its business.
 */
export class ModelStore {
  readonly #events = new Map<string, ReceivedEvent>();
  readonly #eventOfKey = new Map<string, string>();
  /** In the order in which they were stored. */
  readonly #deliveries = new Map<string, Kept>();
  readonly #heartbeats = new Map<string, number>();
  /** The steps of the owner's clock that what waits has followed. */
  followed = 0;
  readonly #replays = new Map<string, Replay>();
  readonly #paused = new Set<string>();
  /** The revision of the set of subscriptions, which commits have to match. */
  revision = 1;

  commit(
    now: number,
    captures: readonly Capture[],
    { revision }: { revision: number },
  ): CaptureResult[] | null {
    if (revision !== this.revision) return null;
    return captures.map((capture) => this.#capture(capture, now));
  }

  claimDue(now: number, { claim, ...options }: ClaimRoomOptions & { claim: Claim }) {
    const room = new ClaimRoom(options);
    const due = this.#waiting([...options.slots.keys()])
      .filter(({ dueAt }) => dueAt <= now)
      .sort((a, b) => Number(isReplayed(a)) - Number(isReplayed(b)) || a.dueAt - b.dueAt);
    const claimed: ClaimedDelivery[] = [];
    for (const { kept } of due) {
      const { delivery, event } = kept;
      const { subscription, replay } = delivery;
      const bodyBytes = event.body.length;
      const answer = room.offer({ subscription, replayed: replay !== null, bodyBytes });
      if (answer === "stop") break;
      if (answer === "skip") continue;
      Object.assign(delivery, { state: "running", nextAttemptAt: null });
      kept.claim = claim;
      claimed.push({ delivery: { ...delivery }, event, claim });
    }
    return claimed;
  }

  settle(now: number, outcomes: readonly Outcome[]): boolean[] {
    return outcomes.map((outcome) => {
      const kept = this.#deliveries.get(outcome.deliveryId);
      if (kept?.delivery.state !== "running" || !isSame(kept.claim, outcome.claim)) return false;
      const { next, attempt, interruptions, suspect } = outcome;
      kept.claim = null;
      Object.assign(kept.delivery, {
        state: next.state,
        nextAttemptAt: next.state === "waiting" ? Math.ceil(next.nextAttemptAt) : null,
        reason: next.state === "dead" ? next.reason : "",
        interruptions,
        suspect,
        ...(attempt && {
          attempt: attempt.number,
          attempts: appendAttempt(kept.delivery.attempts, attempt),
        }),
      });
      if (next.state === "delivered") this.#advance(kept.delivery, now);
      return true;
    });
  }

  nextDueAt(_now: number, subscriptions: readonly string[]): number | null {
    const times = this.#waiting(subscriptions).map(({ dueAt }) => dueAt);
    return times.length > 0 ? Math.min(...times) : null;
  }

  dueSeconds(_now: number, { limit }: { limit: number }): number[] {
    const seconds = this.#waiting().map(({ dueAt }) => Math.floor(dueAt / 1_000) * 1_000);
    return [...new Set(seconds)].sort((a, b) => a - b).slice(0, limit);
  }

  backlog(_now: number, subscription: string, { deliveriesMax }: { deliveriesMax: number }) {
    const all = this.#all().filter(
      ({ delivery }) => delivery.state === "waiting" && delivery.subscription === subscription,
    );
    const times = all.flatMap(({ delivery }) => delivery.nextAttemptAt ?? []);
    return {
      deliveries: Math.min(all.length, deliveriesMax),
      bytes: all.slice(0, deliveriesMax).reduce((sum, { event }) => sum + event.body.length, 0),
      oldestDueAt: times.length > 0 ? Math.min(...times) : null,
    };
  }

  heartbeat(now: number, dispatcherId: string): void {
    this.#heartbeats.set(dispatcherId, now);
  }

  takeOver(
    now: number,
    { dispatcherId, staleMs }: { dispatcherId: string; staleMs: number },
  ): number {
    const isStale = (id: string) => !((this.#heartbeats.get(id) ?? -Infinity) >= now - staleMs);
    return this.#giveBack(now, {
      isLost: (claim) => claim.dispatcherId !== dispatcherId && isStale(claim.dispatcherId),
      interruptions: 1,
    });
  }

  /** An embedded store has one owner: what runs when it opens belongs to an earlier one. */
  takeOverAll(now: number): number {
    const latest = Math.max(...this.#heartbeats.values());
    if (Number.isFinite(latest) && now < latest - 1_000) this.#move(now - latest);
    this.followed = 0;
    return this.#giveBack(now, { isLost: () => true, interruptions: 1 });
  }

  /** The clock has made these steps since the owner's start: what waits for a time moves along. */
  rebase(_now: number, steps: number): void {
    this.#move(steps - this.followed);
    this.followed = steps;
  }

  #move(stepMs: number): void {
    for (const [id, at] of this.#heartbeats) this.#heartbeats.set(id, at + stepMs);
    const waiting = this.#all().filter(({ delivery }) => delivery.nextAttemptAt !== null);
    for (const { delivery } of waiting) {
      delivery.nextAttemptAt = (delivery.nextAttemptAt ?? 0) + stepMs;
    }
  }

  reclaim(
    now: number,
    { dispatcherId, liveTokens }: { dispatcherId: string; liveTokens: ReadonlySet<string> },
  ): number {
    return this.#giveBack(now, {
      isLost: (claim) => claim.dispatcherId === dispatcherId && !liveTokens.has(claim.token),
      interruptions: 0,
    });
  }

  retryDelivery(now: number, id: string): RetryResult {
    const delivery = this.#deliveries.get(id)?.delivery;
    if (!delivery) return { outcome: "missing" };
    const { state, nextAttemptAt, attempt } = delivery;
    const isDead = state === "dead" && !this.#isReplaced(delivery);
    if (isDead) {
      Object.assign(delivery, { state: "waiting", nextAttemptAt: now, attemptBase: attempt });
      delivery.reason = "";
    } else if (nextAttemptAt !== null) delivery.nextAttemptAt = Math.min(nextAttemptAt, now);
    else return { outcome: "refused", delivery: { ...delivery } };
    return { outcome: "due", delivery: { ...delivery } };
  }

  cancelDelivery(now: number, id: string, { reason }: { reason: string }): CancelResult {
    const delivery = this.#deliveries.get(id)?.delivery;
    if (!delivery) return { outcome: "missing" };
    if (delivery.state !== "waiting" && delivery.state !== "dead") {
      return { outcome: "refused", delivery: { ...delivery } };
    }
    Object.assign(delivery, { state: "cancelled", nextAttemptAt: null, reason });
    const dueNow = this.#advance(delivery, now);
    return { outcome: "cancelled", delivery: { ...delivery }, dueNow };
  }

  pause(name: string): void {
    this.#paused.add(name);
  }

  resume(name: string): void {
    this.#paused.delete(name);
  }

  createReplay(_now: number, replay: Replay): void {
    this.#replays.set(replay.id, replay);
  }

  setReplayState(now: number, id: string, state: ReplayState): Replay | null {
    const replay = this.#replays.get(id);
    if (!replay) return null;
    const changed = decideReplayState(replay, { state, now });
    this.#replays.set(id, changed);
    if (changed === replay || state !== "cancelled") return changed;
    const untried = this.#untried(id);
    for (const delivery of untried) {
      Object.assign(delivery, { state: "cancelled", nextAttemptAt: null });
      delivery.reason = REPLAY_CANCELLED_REASON;
    }
    for (const delivery of untried) this.#advance(delivery, now);
    return changed;
  }

  stepReplay(now: number, id: string, step: ReplayStep): ReplayStepResult {
    const replay = this.#replays.get(id);
    if (!replay) return { outcome: "missing" };
    if (!takesStep(replay, step)) return { outcome: "refused", replay };
    const deliveries = step.deliveries.flatMap((one) => this.#repeat(one, { replay: id, now }));
    const after = afterStep(replay, step, { made: deliveries.length, now });
    this.#replays.set(id, after);
    return { outcome: "written", replay: after, deliveries };
  }

  replayBacklog(_now: number, id: string, { limit }: { limit: number }): number {
    return Math.min(this.#untried(id).length, limit);
  }

  /** Every delivery, as it is now, in the order in which they were stored. */
  deliveries(): Delivery[] {
    return this.#all().map(({ delivery }) => ({ ...delivery }));
  }

  /** The event of a delivery. */
  eventOf(deliveryId: string): ReceivedEvent | undefined {
    return this.#deliveries.get(deliveryId)?.event;
  }

  /** Who holds a delivery; null if nobody does. */
  holderOf(deliveryId: string): Claim | null {
    return this.#deliveries.get(deliveryId)?.claim ?? null;
  }

  /** Whether an earlier delivery of its key has not ended `delivered` or `cancelled`. */
  isHeldBack({ subscription, order }: Pick<Delivery, "subscription" | "order">): boolean {
    if (order === null) return false;
    return this.#line(subscription, order.key).some(
      (one) => (one.order?.position ?? 0) < order.position && !hasLeft(one),
    );
  }

  #all(): Kept[] {
    return [...this.#deliveries.values()];
  }

  /** What will be due, of these subscriptions or of all. */
  #waiting(subscriptions?: readonly string[]): { kept: Kept; dueAt: number }[] {
    return this.#all().flatMap((kept) => {
      const { subscription, nextAttemptAt: dueAt } = kept.delivery;
      if (dueAt === null || this.#paused.has(subscription)) return [];
      return !subscriptions || subscriptions.includes(subscription) ? [{ kept, dueAt }] : [];
    });
  }

  #capture({ event, deliveries }: Capture, now: number): CaptureResult {
    const { dedupe: _, bodyWindowMs: __, ...received } = event;
    const key = `${event.source} ${event.providerEventId}`;
    const first = this.#events.get(this.#eventOfKey.get(key) ?? "");
    if (!first) {
      this.#eventOfKey.set(key, event.id);
      this.#events.set(event.id, received);
      const stored = deliveries.map((one) =>
        this.#store(one, received, { latest: null, replay: null, now }),
      );
      return { eventId: event.id, duplicate: false, deliveries: stored };
    }
    if (first.id === event.id) return { eventId: event.id, duplicate: false, deliveries: [] };
    const isUnhandled = !this.#all().some(({ event: { id } }) => id === first.id);
    const stored = deliveries.flatMap((one) => {
      const latest = this.#latest(first.id, one.subscription);
      if (!isUnhandled && latest?.state !== "dead") return [];
      return [this.#store({ ...one, claim: null }, first, { latest, replay: null, now })];
    });
    return { eventId: first.id, duplicate: true, deliveries: stored };
  }

  #repeat(
    { eventId, subscription, replayOf, ...one }: ReplayedDelivery,
    { replay, now }: { replay: string; now: number },
  ): Delivery[] {
    const event = this.#events.get(eventId);
    const latest = this.#latest(eventId, subscription);
    if (!event || !canRepeat(latest, replayOf)) return [];
    const delivery = { ...one, subscription, claim: null };
    return [this.#store(delivery, event, { latest, replay, now })];
  }

  #store(
    { id, subscription, claim, orderKey }: NewDelivery,
    event: ReceivedEvent,
    { latest, replay, now }: Place,
  ): Delivery {
    // In the place of a dead one that holds back its key.
    const taken = latest?.state === "dead" ? latest.order : null;
    const order = taken ?? this.#nextPlace(subscription, orderKey);
    const held = this.isHeldBack({ subscription, order });
    const runs = claim !== null && !held;
    const delivery: Delivery = {
      ...UNTRIED,
      id,
      eventId: event.id,
      subscription,
      generation: (latest?.generation ?? 0) + 1,
      replayOf: latest?.id ?? null,
      state: runs ? "running" : "waiting",
      nextAttemptAt: runs || held ? null : now,
      order,
      replay,
    };
    this.#deliveries.set(id, { delivery, event, claim: runs ? claim : null });
    return { ...delivery };
  }

  #nextPlace(subscription: string, key: string | null): DeliveryOrder | null {
    if (key === null) return null;
    return { key, position: (this.#line(subscription, key).at(-1)?.order?.position ?? 0) + 1 };
  }

  /** The deliveries of a key by their positions: of those with the same position the one that came last. */
  #line(subscription: string, key: string): Delivery[] {
    const line: Delivery[] = [];
    for (const { delivery } of this.#deliveries.values()) {
      if (delivery.subscription !== subscription || delivery.order?.key !== key) continue;
      line[delivery.order.position - 1] = delivery;
    }
    return line;
  }

  /** After one of its key has ended: the first that has not is due now, if it was held back. Returns its id. */
  #advance({ subscription, order }: Delivery, now: number): string | null {
    const first = order && this.#line(subscription, order.key).find((one) => !hasLeft(one));
    if (first?.state !== "waiting" || first.nextAttemptAt !== null) return null;
    first.nextAttemptAt = now;
    return first.id;
  }

  #latest(eventId: string, subscription: string): Delivery | null {
    const all = this.#all().filter(
      ({ delivery }) => delivery.eventId === eventId && delivery.subscription === subscription,
    );
    return all.at(-1)?.delivery ?? null;
  }

  #isReplaced({ id, eventId, subscription }: Delivery): boolean {
    return this.#latest(eventId, subscription)?.id !== id;
  }

  #untried(replay: string): Delivery[] {
    const all = this.#all().map(({ delivery }) => delivery);
    return all.filter(
      (one) => one.replay === replay && one.state === "waiting" && one.attempt === 0,
    );
  }

  #giveBack(
    now: number,
    { isLost, interruptions }: { isLost: (claim: Claim) => boolean; interruptions: number },
  ): number {
    const lost = this.#all().filter(({ claim }) => claim !== null && isLost(claim));
    for (const kept of lost) {
      kept.claim = null;
      Object.assign(kept.delivery, { state: "waiting", nextAttemptAt: now });
      kept.delivery.interruptions += interruptions;
    }
    return lost.length;
  }
}

function isReplayed({ kept }: { kept: Kept }): boolean {
  return kept.delivery.replay !== null;
}

/** Whether it does not hold back its key. */
function hasLeft({ state }: Delivery): boolean {
  return state === "delivered" || state === "cancelled";
}

function isSame(one: Claim | null, other: Claim): boolean {
  return one?.dispatcherId === other.dispatcherId && one.token === other.token;
}
