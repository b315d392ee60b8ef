import type { Delivery, Subscription } from "@hookgate/types";
import type {
  Claim,
  ClaimedDelivery,
  Outcome,
} from "../../apps/dispatcher/store/contract/deliveries.ts";
import type { ModelStore } from "../../apps/dispatcher/store/suite/model/model_store.ts";
import type { TargetResult } from "../../apps/dispatcher/targets/target.ts";

/** What is known of a delivery. */
interface Known {
  /** The claim that stands; null while it is not claimed. */
  claim: Claim | null;
  /** Under which tokens it was claimed, and under which it was run. */
  claimed: Set<string>;
  started: Set<string>;
  /** Under which tokens it runs: begun, and its outcome neither written nor given up. */
  running: Set<string>;
  /** How the attempt under a token ended, and when. */
  ended: Map<string, { result: TargetResult; at: number }>;
  /** Monotonic: no attempt may start earlier. */
  notBefore: number;
}

/** Options for {@linkcode Judge}. */
export interface JudgeOptions {
  model: ModelStore;
  subscriptions: readonly Subscription[];
  /** Monotonic, in milliseconds. */
  now: () => number;
  /** A younger heartbeat is one of a living dispatcher, in milliseconds. */
  staleMs: number;
}

/**
 * Watches the store's effects and the attempts, keeps its own books, and names what breaks a promise. It trusts neither
 * the store's fence nor its clock: what it knows is who was given what, how attempts ended, and how long ago.
 */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #known = new Map<string, Known>();
  readonly #heartbeats = new Map<string, number>();
  readonly #isHeldBack: ModelStore["isHeldBack"];
  /** What broke a promise, in the order in which it was seen. */
  readonly problems: string[] = [];

  constructor(options: JudgeOptions) {
    this.#options = options;
    // Its own, so that it is not deceived together with the store.
    this.#isHeldBack = options.model.isHeldBack.bind(options.model);
  }

  /** The store has written a heartbeat. */
  heartbeat(dispatcherId: string): void {
    this.#heartbeats.set(dispatcherId, this.#options.now());
  }

  /** The store has given this delivery to a claim. */
  claimed(delivery: Delivery, claim: Claim): void {
    const known = this.#of(delivery.id);
    if (known.claim) this.#problem(delivery, `was claimed while ${known.claim.token} holds it`);
    this.#checkStart(delivery, known, "was claimed");
    known.claim = claim;
    known.claimed.add(claim.token);
  }

  /** An attempt begins. */
  started({ delivery, claim: { token } }: ClaimedDelivery): void {
    const known = this.#of(delivery.id);
    if (!known.claimed.has(token))
      this.#problem(delivery, `ran under ${token}, which it never had`);
    if (known.started.has(token)) this.#problem(delivery, `ran twice under ${token}`);
    // One whose claim does not stand any more may run: it was claimed in time, and its outcome will not count.
    if (known.claim?.token === token) this.#checkStart(delivery, known, "began");
    known.started.add(token);
    known.running.add(token);
  }

  /** An attempt has ended. */
  ended({ delivery, claim: { token } }: ClaimedDelivery, result: TargetResult): void {
    this.#of(delivery.id).ended.set(token, { result, at: this.#options.now() });
  }

  /** Its dispatcher knows that the outcome is written, or has given it up. */
  left({ delivery, claim: { token } }: ClaimedDelivery): void {
    this.#of(delivery.id).running.delete(token);
  }

  /** The store has written this outcome. */
  settled({ deliveryId, claim, next, attempt }: Outcome): void {
    const known = this.#of(deliveryId);
    const delivery = this.#delivery(deliveryId);
    if (!delivery) return;
    if (known.claim?.token !== claim.token) {
      const holder = known.claim?.token ?? "nobody";
      this.#problem(delivery, `got an outcome from ${claim.token}, but ${holder} holds it`);
    }
    known.claim = null;
    const ended = known.ended.get(claim.token);
    const tries = (attempt?.number ?? 0) - delivery.attemptBase;
    const { delaysMs } = this.#subscription(delivery).retry;
    if (next.state === "delivered" && ended?.result.kind !== "succeeded") {
      this.#problem(
        delivery,
        `is delivered, but its attempt ${ended?.result.kind ?? "never ended"}`,
      );
    }
    if (next.state === "dead" && !isPermanent(ended?.result) && tries <= delaysMs.length) {
      this.#problem(delivery, `is dead after ${tries} of ${delaysMs.length + 1} attempts`);
    }
    if (next.state !== "waiting" || !ended) return;
    const delayMs = attempt && !isGone(ended.result) ? (delaysMs[tries - 1] ?? 0) : 0;
    const askedMs = ended.result.kind === "limited" ? ended.result.waitMs : 0;
    known.notBefore = ended.at + Math.max(delayMs, askedMs);
  }

  /** An operator has made it due now. */
  madeDue(deliveryId: string): void {
    this.#of(deliveryId).notBefore = Number.NEGATIVE_INFINITY;
  }

  /** While nobody ran the clock was set forward: that cannot be told from a long stop, so waits may be shorter. */
  stepped(stepMs: number): void {
    for (const known of this.#known.values()) known.notBefore -= stepMs;
  }

  /** The store has given back what these dispatchers held, as far as the model says so. */
  gaveBack(by: "takeOver" | "takeOverAll" | "reclaim"): void {
    for (const [id, known] of this.#known) {
      const { claim } = known;
      const delivery = claim && this.#options.model.holderOf(id) === null && this.#delivery(id);
      if (!delivery) continue;
      known.claim = null;
      const beatAt = this.#heartbeats.get(claim.dispatcherId) ?? Number.NEGATIVE_INFINITY;
      const ageMs = this.#options.now() - beatAt;
      if (by === "takeOver" && ageMs < this.#options.staleMs) {
        this.#problem(delivery, `was taken from a dispatcher that lived ${ageMs} ms ago`);
      }
      if (by === "reclaim" && known.running.has(claim.token)) {
        this.#problem(delivery, `was taken from ${claim.token} while it ran`);
      }
    }
  }

  /** After the end: what has not ended, and is not held back by a dead one. */
  unfinished(): Delivery[] {
    const all = this.#options.model.deliveries();
    const dead = new Set(all.flatMap((one) => (one.state === "dead" ? keyOf(one) : [])));
    return all.filter((one) => {
      if (one.state === "running") return true;
      if (one.state !== "waiting") return false;
      return one.nextAttemptAt !== null || !keyOf(one).some((key) => dead.has(key));
    });
  }

  #checkStart(delivery: Delivery, { notBefore }: Known, what: string): void {
    const earlyMs = notBefore - this.#options.now();
    if (earlyMs > 0) this.#problem(delivery, `${what} ${earlyMs} ms early`);
    if (this.#isHeldBack(delivery)) {
      this.#problem(delivery, `${what} before an earlier one of its key has ended`);
    }
  }

  #of(id: string): Known {
    const known = this.#known.get(id) ?? {
      claim: null,
      claimed: new Set(),
      started: new Set(),
      running: new Set(),
      ended: new Map(),
      notBefore: Number.NEGATIVE_INFINITY,
    };
    this.#known.set(id, known);
    return known;
  }

  #delivery(id: string): Delivery | undefined {
    return this.#options.model.deliveries().find((one) => one.id === id);
  }

  #subscription({ subscription }: Delivery): Subscription {
    const found = this.#options.subscriptions.find(({ name }) => name === subscription);
    if (!found) throw new TypeError(`Cannot judge: there is no subscription ${subscription}`);
    return found;
  }

  /** Deliveries are numbered, because their ids differ from run to run. */
  #problem({ id, subscription }: Delivery, what: string): void {
    const number = this.#options.model.deliveries().findIndex((one) => one.id === id) + 1;
    this.problems.push(`at ${this.#options.now()} ms delivery ${number} (${subscription}) ${what}`);
  }
}

function isPermanent(result: TargetResult | undefined): boolean {
  return result?.kind === "failed" && result.permanent;
}

function isGone({ kind }: TargetResult): boolean {
  return kind === "gone";
}

function keyOf({ subscription, order }: Delivery): string[] {
  return order ? [`${subscription} ${order.key}`] : [];
}
