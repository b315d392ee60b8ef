import { deadline, TurnGate } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Pause, Subscription, Target } from "@hookgate/types";
import type {
  Claim,
  ClaimedDelivery,
  Deliveries,
  Next,
  Outcome,
  Slots,
} from "../store/contract/deliveries.ts";
import type { ClockSteps, StoreTime } from "../store/contract/event_store.ts";
import type { DeliveryTarget } from "../targets/target.ts";
import type { EventTraces } from "../traces/event_traces.ts";
import { Admission } from "./admission.ts";
import {
  type AttemptDeliveryOptions,
  type Attempted,
  attemptDelivery,
  type OpenEvent,
} from "./attempt_delivery.ts";
import { Lane, type LaneClaim, type Reservation } from "./lane.ts";
import { LookTimer } from "./look_timer.ts";
import { Settler } from "./settler.ts";

/** Deliveries that are claimed in one call, and outcomes that are written in one; and their bodies, in bytes … */
const BATCH = { limit: 512, bytesMax: 32 * 1024 * 1024 };

/** … and while events are stored: their commits wait for what the store does before, and 512 take it 10 to 40 ms. */
const BATCH_BESIDE_COMMITS = { limit: 64, bytesMax: 4 * 1024 * 1024 };

/** A commit is followed by others for so long, in milliseconds. */
const COMMITS_MS = 250;

/** Attempts that end in one turn of the event loop. */
const ENDS_PER_TURN = 256;

/** A delivery due within this time is waited for here; for a later one an alarm is set. */
const OWN_TIMER_MS_MAX = 1_100;

/** Wait after a call that failed, in milliseconds. */
const RETRY_MS = 250;

/**
 * Between two looks for lost claims while none is known, in milliseconds. A call that was given up may still have its effect:
 * a commit that MongoDB holds back for seconds claims deliveries for a dispatcher that has long stopped waiting for it.
 */
const RECLAIM_EVERY_MS = 10_000;

/** Where deliveries go, by the kind of their subscription's target. */
export type Targets = Readonly<Record<Target["kind"], DeliveryTarget>>;

/** Options for {@linkcode DeliveryLoop}. */
export interface DeliveryLoopOptions {
  store: StoreTime & ClockSteps & Deliveries;
  targets: Targets;
  dispatcherId: string;
  log: Log;
  random: () => number;
  /** Sets an alarm that calls {@linkcode DeliveryLoop.tick} in the second of `time`, in milliseconds since 1970. */
  wakeAt: (time: number) => void;
  /** Opens events that are protected. @default they stay as they are stored */
  open?: OpenEvent;
  /** Called with every outcome that was written, and the kind of its result. @default nothing is */
  onAttempt?: (outcome: Outcome, kind: string) => void;
  /** @default {null} nothing is traced */
  traces?: Pick<EventTraces, "attempt"> | null;
  /** Pauses a subscription, for every dispatcher. */
  pause: (name: string, pause: Omit<Pause, "at">) => Promise<void>;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/**
 * Runs deliveries: claims what is due, never more than a subscription has free slots, attempts it, writes the outcome, and
 * only then frees the slot; while the outcome is on its way the slot is lent. Fresh events come in already claimed, through {@linkcode DeliveryLoop.admit}.
 *
 * When it claims. A lane expects `nothing`, `maybe` (worth a look) or a `backlog` (fresh events must not overtake it):
 *
 * | what happens                                           | the lane then expects           | next claim            |
 * |--------------------------------------------------------|---------------------------------|-----------------------|
 * | it is served, for the first time or again              | backlog                         | next turn             |
 * | `expectBacklog`: a delivery was stored waiting and due | backlog                         | next turn             |
 * | `look`, `lookEverywhere`, `tick`, the timer            | at least maybe                  | next turn             |
 * | a slot is lent or freed                                | unchanged                       | next turn, if not nothing |
 * | … by a delivery of a replay, or of an order key        | at least maybe                  | next turn             |
 * | a claim begins                                         | nothing: the claim remembers it | –                     |
 * | … and found as many live ones as it had slots, or bounds | backlog                       | next turn             |
 * | … and found fewer                                      | at least maybe                  | next turn             |
 * | … and found none                                       | what was announced meanwhile    | at `nextDueAt`        |
 * | … and failed                                           | what it did before              | in {@linkcode RETRY_MS} |
 *
 * A claim covers every lane that expects something and has room; without any there is none. `#claiming`: one is scheduled or
 * under way; the next follows its answer. `#orphaned`: an answer of the store was lost, so deliveries may be stored as
 * running here that do not run; the next tick makes them due again, and one every {@linkcode RECLAIM_EVERY_MS} those whose
 * claim took effect only after that.
 */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #settler: Settler;
  /** How deliveries are attempted, by the kind of their target. */
  readonly #attempting: Readonly<Record<Target["kind"], AttemptDeliveryOptions>>;
  readonly #lanes = new Map<string, Lane>();
  /** Tokens of claims whose answer is not processed yet. */
  readonly #openTokens = new Set<string>();
  #claims = 0;
  #claiming = false;
  #orphaned = false;
  readonly #monotonic: () => number;
  #reclaimAt: number;
  /** When the last commit of events began, on the monotonic clock. */
  #admittedAt = Number.NEGATIVE_INFINITY;
  readonly #timer: LookTimer;
  #stopped = false;
  #idle: (() => void) | null = null;

  constructor(options: DeliveryLoopOptions) {
    const { monotonic = () => performance.now() } = options;
    this.#options = options;
    this.#settler = new Settler({ ...options, batchMax: () => this.#batch.limit });
    const { targets, store, open, random, traces = null, log } = options;
    const ends = new TurnGate({ perTurn: ENDS_PER_TURN });
    const shared = { open, now: () => store.now(), random, traces, ends, log };
    this.#attempting = {
      handler: { target: targets.handler, ...shared },
      endpoint: { target: targets.endpoint, ...shared },
      stream: { target: targets.stream, ...shared },
    };
    this.#monotonic = monotonic;
    this.#timer = new LookTimer(() => this.lookEverywhere(), { now: () => store.now(), monotonic });
    this.#reclaimAt = monotonic() + RECLAIM_EVERY_MS;
  }

  /** Attempts that run now, or whose outcome is not written. */
  get running(): number {
    let running = 0;
    for (const lane of this.#lanes.values()) running += attemptsOf(lane).length;
    return running;
  }

  /** Slots of one subscription that are taken now, and not lent. */
  runningOf(name: string): number {
    return this.#lanes.get(name)?.running ?? 0;
  }

  /** Replaces the subscriptions that are served. What runs is not interrupted and keeps its slots. */
  serve(subscriptions: readonly Subscription[]): void {
    const served = new Map(subscriptions.map((subscription) => [subscription.name, subscription]));
    for (const [name, lane] of this.#lanes) {
      lane.served = served.has(name);
      this.#forgetIdle(lane);
    }
    for (const [name, subscription] of served) {
      const lane = this.#lanes.get(name);
      if (lane) lane.subscription = subscription;
      else this.#lanes.set(name, new Lane(subscription, (freed) => this.#freed(freed)));
    }
    this.lookEverywhere();
  }

  /** Opens the way in for the deliveries of one commit. */
  admit(): Admission {
    this.#admittedAt = this.#monotonic();
    return new Admission({
      claim: this.#newClaim(),
      reserve: (name, bytes) => {
        const lane = this.#stopped ? undefined : this.#lanes.get(name);
        return lane?.reserve(bytes, this.#roomOf(lane)) ?? null;
      },
      start: (reservation) => void this.#run(reservation),
      expectBacklog: (name) => this.expectBacklog(name),
      over: (claim, { answered }) => this.#endClaim(claim, { answered }),
    });
  }

  /** A delivery was stored waiting and due. */
  expectBacklog(name: string): void {
    this.#lanes.get(name)?.expect("backlog");
    this.#wake();
  }

  /** There may be room or work that nothing else announces. */
  look(name: string): void {
    this.#lanes.get(name)?.expect("maybe");
    this.#wake();
  }

  /** The same for all subscriptions, or for those of one kind. */
  lookEverywhere(kind?: Target["kind"]): void {
    for (const lane of this.#lanes.values()) {
      if (kind === undefined || lane.subscription.target.kind === kind) lane.expect("maybe");
    }
    this.#wake();
  }

  /** Called every second (promise 7): finds what is overdue, announced or not. Never rejects. */
  async tick(): Promise<void> {
    this.lookEverywhere();
    const now = this.#monotonic();
    if (!this.#orphaned && now < this.#reclaimAt) return;
    const { dispatcherId, store, log } = this.#options;
    this.#orphaned = false;
    this.#reclaimAt = now + RECLAIM_EVERY_MS;
    try {
      const deliveries = await store.reclaim({ dispatcherId, liveTokens: this.#liveTokens() });
      if (deliveries > 0) log.warn({ deliveries }, "deliveries of a lost claim are due again");
    } catch (error) {
      this.#orphaned = true;
      log.error({ err: error }, "reclaim failed, retrying at the next tick");
    }
  }

  /** Stops claiming, waits for what runs (the targets bound how long), writes the outcomes. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopped = true;
    this.#timer.stop();
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    if (this.running === 0) this.#idle?.();
    const targets = Object.values(this.#options.targets);
    await Promise.all(targets.map((target) => target.close({ graceMs })));
    await deadline(idle, { ms: graceMs, late: () => {} });
    this.#settler.close();
    await idle;
  }

  #newClaim(): Claim {
    const { dispatcherId } = this.#options;
    this.#claims += 1;
    const token = `${dispatcherId}:${this.#claims}`;
    this.#openTokens.add(token);
    return { dispatcherId, token };
  }

  /** What was claimed runs by now. Without an answer deliveries may be stored as running here that do not. */
  #endClaim({ token }: Claim, { answered }: { answered: boolean }): void {
    this.#openTokens.delete(token);
    if (!answered) this.#orphaned = true;
  }

  #liveTokens(): Set<string> {
    const tokens = new Set(this.#openTokens);
    for (const lane of this.#lanes.values()) {
      for (const { claim } of attemptsOf(lane)) tokens.add(claim.token);
    }
    return tokens;
  }

  /** Claims in the next turn, so that slots that are freed together are filled together. */
  #wake(): void {
    if (this.#stopped || this.#claiming) return;
    this.#claiming = true;
    setImmediate(() => void this.#claimNext());
  }

  async #claimNext(): Promise<void> {
    const claims = this.#claimLanes();
    const begunAt = this.#monotonic();
    const answered = claims.size > 0 && (await this.#claim(claims));
    this.#timer.restAfter(this.#monotonic() - begunAt);
    this.#claiming = false;
    if (answered) this.#wake();
  }

  /** Takes the slots to fill, so that no fresh event takes them meanwhile. */
  #claimLanes(): Map<string, LaneClaim> {
    const claims = new Map<string, LaneClaim>();
    if (this.#stopped) return claims;
    for (const [name, lane] of this.#lanes) {
      if (lane.expects === "nothing") continue;
      const claim = lane.claim(this.#roomOf(lane));
      if (claim) claims.set(name, claim);
    }
    return claims;
  }

  /** Claims what is due for these lanes, and starts it. Returns whether the store has answered. Never rejects. */
  async #claim(claims: ReadonlyMap<string, LaneClaim>): Promise<boolean> {
    using lanes = new DisposableStack();
    for (const one of claims.values()) lanes.use(one);
    const { store, log } = this.#options;
    const slots = new Map([...claims].map(([name, one]) => [name, one.slots]));
    const claim = this.#newClaim();
    const bounds = this.#batch;
    let found: ClaimedDelivery[];
    try {
      found = await store.claimDue({ claim, slots, ...bounds });
    } catch (error) {
      this.#endClaim(claim, { answered: false });
      log.error({ err: error }, `claimDue failed, retrying in ${RETRY_MS} ms`);
      this.#timer.lookIn(RETRY_MS);
      return false;
    }
    const byLane = Map.groupBy(found, ({ delivery }) => delivery.subscription);
    const cut = found.length >= bounds.limit;
    for (const [name, one] of claims) {
      for (const reservation of one.answer(byLane.get(name) ?? [], { cut }))
        void this.#run(reservation);
    }
    this.#endClaim(claim, { answered: true });
    await this.#setTimer([...slots].filter(([name]) => !byLane.has(name)));
    return true;
  }

  get #batch(): typeof BATCH {
    const isStoring = this.#monotonic() - this.#admittedAt < COMMITS_MS;
    return isStoring ? BATCH_BESIDE_COMMITS : BATCH;
  }

  #roomOf(lane: Lane) {
    const { subscription } = lane;
    return this.#options.targets[subscription.target.kind].room(subscription, lane);
  }

  #freed(lane: Lane): void {
    this.#forgetIdle(lane);
    if (lane.expects !== "nothing") this.#wake();
    if (this.#idle && this.running === 0) this.#idle();
  }

  #forgetIdle(lane: Lane): void {
    if (!lane.served && lane.idle) this.#lanes.delete(lane.subscription.name);
  }

  /** Runs the delivery of a reservation, then frees the slot. Never rejects. */
  async #run(reservation: Reservation): Promise<void> {
    const { lane, claimed } = reservation;
    if (!claimed) return;
    const { store, log } = this.#options;
    const { subscription } = lane;
    const { id, eventId, order } = claimed.delivery;
    try {
      const { result, outcome, settled } = lane.served
        ? await attemptDelivery(claimed, subscription, this.#attempting[subscription.target.kind])
        : giveBack(claimed, store.now());
      // Before the pause, which may take as long as the store is away.
      const steps = store.clockSteps();
      if (result.kind === "gone") await this.#pause(subscription.name, result.error);
      const writing = this.#settler.settle(outcome, { steps, delayed: () => reservation.hold() });
      reservation.lend();
      const written = await writing;
      settled?.();
      if (!written) {
        log.warn(
          { delivery: id, event: eventId },
          "outcome not written: the claim no longer stands, or the dispatcher is stopping",
        );
        return;
      }
      this.#options.onAttempt?.(outcome, result.kind);
      if (order !== null) lane.expect("maybe");
      if (outcome.next.state === "waiting") this.#announce(outcome.next.nextAttemptAt);
    } catch (error) {
      this.#orphaned = true;
      log.error(
        { err: error, delivery: id },
        "delivery not settled, due again after the next tick",
      );
    } finally {
      reservation[Symbol.dispose]();
    }
  }

  /** Until it is paused the slot is held: the endpoint would get the delivery again at once. */
  async #pause(name: string, reason: string): Promise<void> {
    const { pause, log } = this.#options;
    while (!this.#stopped) {
      try {
        await pause(name, { by: "endpoint", reason });
        return;
      } catch (error) {
        log.error({ err: error, subscription: name }, `pause failed, retrying in ${RETRY_MS} ms`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** A delivery waits until `time`. */
  #announce(time: number): void {
    if (time - this.#options.store.now() <= OWN_TIMER_MS_MAX) this.#timer.lookAt(time);
    else this.#options.wakeAt(time);
  }

  /** Looks again when the next delivery of these lanes is due: nothing was. */
  async #setTimer(slots: readonly [name: string, Slots][]): Promise<void> {
    const { store, log } = this.#options;
    // If replays have taken their share, what is due may be theirs: it is claimed when one of them ends.
    const names = slots.flatMap(([name, { replayed }]) => (replayed > 0 ? name : []));
    if (names.length === 0) return;
    try {
      const dueAt = await store.nextDueAt(names);
      if (dueAt !== null && dueAt - store.now() <= OWN_TIMER_MS_MAX) this.#timer.lookAt(dueAt);
    } catch (error) {
      log.error({ err: error }, `nextDueAt failed, looking again in ${RETRY_MS} ms`);
      this.#timer.lookIn(RETRY_MS);
    }
  }
}

/** The deliveries of a lane that run. */
function attemptsOf(lane: Lane): ClaimedDelivery[] {
  return [...lane.living].flatMap(({ claimed }) => claimed ?? []);
}

/** The subscription was removed between claim and attempt: as if the delivery had not been claimed. */
function giveBack({ delivery, event, claim }: ClaimedDelivery, now: number): Attempted {
  const { id: deliveryId, subscription, order, interruptions, suspect } = delivery;
  const counted = { source: event.source, type: event.type, subscription };
  const next: Next = { state: "waiting", nextAttemptAt: now };
  const decision = { next, attempt: null, failure: null, interruptions, suspect };
  const outcome = { deliveryId, ...counted, claim, order, ...decision };
  return { result: { kind: "not_started" }, outcome };
}
