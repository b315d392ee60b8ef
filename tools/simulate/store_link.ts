import type { Claim } from "../../apps/dispatcher/store/contract/deliveries.ts";
import type { EventStore } from "../../apps/dispatcher/store/contract/event_store.ts";
import { StoreUnavailableError } from "../../apps/dispatcher/store/contract/event_store.ts";
import type { ModelStore } from "../../apps/dispatcher/store/suite/model/model_store.ts";
import type { Judge } from "./judge.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** How a call fails: not made, made but its answer lost, answered late, or made long after it was given up. */
export type Fault = "before" | "after" | "late" | "given_up";

/** What the store does for dispatchers. */
export type StoreCalls = Pick<
  EventStore,
  | "now"
  | "clockSteps"
  | "commit"
  | "claimDue"
  | "settle"
  | "nextDueAt"
  | "heartbeat"
  | "takeOver"
  | "reclaim"
  | "retryDelivery"
  | "cancelDelivery"
  | "createReplay"
  | "stepReplay"
>;

/** Options for {@linkcode StoreLink}. */
export interface StoreLinkOptions {
  time: VirtualTime;
  model: ModelStore;
  judge: Judge;
  /** The store's clock. */
  now: () => number;
  clockSteps: () => number;
  /** Moves what waits along with the steps of the clock, before a call that was made after them. */
  follow: (steps: number) => void;
  /** Whether calls are carried out one after the other, at the time when they were made: the embedded store's thread. */
  inTurn: boolean;
  /** How long a call takes to arrive, and its answer, in milliseconds. */
  latencyMs: () => number;
  /** Takes what happens, a line for each, to explain a failure. */
  note: (line: string) => void;
  /** What goes wrong with the next call of this name. */
  faultOf: (call: string) => Fault | undefined;
}

/** How much later an answer is, in milliseconds: longer than heartbeats may be missing. */
const LATE_MS = 9_000;

/**
 * The way from one dispatcher to the store, and of everything else that it gets from outside. Cut, nothing arrives any
 * more, in either direction; frozen, everything waits.
 */
export class StoreLink {
  readonly #options: StoreLinkOptions;
  /** What waits until it is thawed; null while it is not frozen. */
  #held: (() => void)[] | null = null;
  #cut = false;
  #free = 0;
  #givenUp = 0;

  constructor(options: StoreLinkOptions) {
    this.#options = options;
  }

  get frozen(): boolean {
    return this.#held !== null;
  }

  /** Calls that were given up and have not had their effect yet. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** The dispatcher is killed. */
  cut(): void {
    this.#cut = true;
  }

  freeze(): void {
    this.#held ??= [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const run of held) this.receive(run);
  }

  /** Lets something reach the dispatcher, or come from it. */
  receive(run: () => void): void {
    if (this.#cut) return;
    if (this.#held) this.#held.push(run);
    else run();
  }

  /** Calls the store. */
  call<T>(name: string, effect: (now: number) => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.receive(() => this.#send(name, { effect, resolve, reject }));
    return promise;
  }

  #send<T>(name: string, { effect, resolve, reject }: Sent<T>): void {
    const { time, now, clockSteps, follow, inTurn, latencyMs, faultOf, note } = this.#options;
    const fault = faultOf(name);
    note(fault ? `calls ${name}, which fails: ${fault}` : `calls ${name}`);
    const madeAt = now();
    const steps = clockSteps();
    const lateMs = fault === "late" ? LATE_MS : 0;
    // Only a server can hold a call back: the embedded store's thread carries out what it was given, or dies.
    const heldMs = fault === "given_up" && !inTurn ? LATE_MS : 0;
    const arrivesAt = Math.max(inTurn ? this.#free : 0, time.now + heldMs + latencyMs());
    if (heldMs > 0) {
      this.#givenUp += 1;
      this.#answer(0, () => reject(unavailable(name)));
    }
    if (inTurn) this.#free = arrivesAt + lateMs;
    time.after(arrivesAt - time.now, () => {
      if (heldMs > 0) this.#givenUp -= 1;
      // What a killed process has sent to a server still happens; its own thread has died with it.
      if (this.#cut && inTurn) return;
      if (fault === "before") return this.#answer(0, () => reject(unavailable(name)));
      follow(steps);
      const result = effect(inTurn ? madeAt : now());
      note(`${name} has had its effect`);
      if (fault === "after" || fault === "given_up")
        return this.#answer(0, () => reject(unavailable(name)));
      this.#answer(lateMs, () => resolve(result));
    });
  }

  #answer(lateMs: number, run: () => void): void {
    const { time, latencyMs } = this.#options;
    time.after(lateMs + latencyMs(), () => this.receive(run));
  }
}

interface Sent<T> {
  effect: (now: number) => T;
  resolve: (result: T) => void;
  reject: (error: Error) => void;
}

function unavailable(call: string): Error {
  return new StoreUnavailableError(`Cannot ${call}: the simulation says so`);
}

/** The store's calls over a link. The judge sees each effect as it happens. */
export function callsOver(
  link: StoreLink,
  { model, judge, now, clockSteps }: StoreLinkOptions,
): StoreCalls {
  const reclaims = new Set<Set<string>>();
  const begins = (claim: Claim | null) => {
    if (claim) for (const begun of reclaims) begun.add(claim.token);
  };
  return {
    now,
    clockSteps,
    commit(captures, options) {
      const all = captures.flatMap(({ deliveries }) => deliveries);
      for (const { claim } of all) begins(claim);
      return link.call("commit", (at) => {
        const results = model.commit(at, captures, options);
        const claims = new Map(all.map(({ id, claim }) => [id, claim]));
        for (const delivery of results?.flatMap(({ deliveries }) => deliveries) ?? []) {
          const claim = claims.get(delivery.id);
          if (delivery.state === "running" && claim) judge.claimed(delivery, claim);
        }
        return results;
      });
    },
    claimDue(options) {
      begins(options.claim);
      return link.call("claimDue", (at) => {
        const claimed = model.claimDue(at, options);
        for (const { delivery, claim } of claimed) judge.claimed(delivery, claim);
        return claimed;
      });
    },
    settle: (outcomes) =>
      link.call("settle", (at) => {
        const written = model.settle(at, outcomes);
        for (const [index, outcome] of outcomes.entries()) {
          if (written[index]) judge.settled(outcome);
        }
        return written;
      }),
    nextDueAt: (names) => link.call("nextDueAt", (at) => model.nextDueAt(at, names)),
    heartbeat: (dispatcherId) =>
      link.call("heartbeat", (at) => {
        model.heartbeat(at, dispatcherId);
        judge.heartbeat(dispatcherId);
      }),
    takeOver: (options) =>
      link.call("takeOver", (at) => {
        const taken = model.takeOver(at, options);
        judge.gaveBack("takeOver");
        return taken;
      }),
    reclaim({ dispatcherId, liveTokens }) {
      // What begins meanwhile is not in `liveTokens`, and may be there before this arrives.
      const begun = new Set<string>();
      reclaims.add(begun);
      return link.call("reclaim", (at) => {
        reclaims.delete(begun);
        const live = new Set([...liveTokens, ...begun]);
        const reclaimed = model.reclaim(at, { dispatcherId, liveTokens: live });
        judge.gaveBack("reclaim");
        return reclaimed;
      });
    },
    retryDelivery: (id) =>
      link.call("retryDelivery", (at) => {
        const result = model.retryDelivery(at, id);
        if (result.outcome === "due") judge.madeDue(id);
        return result;
      }),
    cancelDelivery: (id, options) =>
      link.call("cancelDelivery", (at) => model.cancelDelivery(at, id, options)),
    createReplay: (replay) => link.call("createReplay", (at) => model.createReplay(at, replay)),
    stepReplay: (id, step) => link.call("stepReplay", (at) => model.stepReplay(at, id, step)),
  };
}
