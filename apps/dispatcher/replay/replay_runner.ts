import { deadline } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Replay } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import { REPLAY_CANCELLED_MAX, type ReplayStep, type Replays } from "../store/contract/replays.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { ReadFieldsElsewhere } from "../subscriptions/body_fields.ts";
import { planStep } from "./plan_step.ts";

/** Between two looks for replays that were created elsewhere, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Deliveries made in one step. */
const STEP_DELIVERIES_MAX = 256;

/** Events looked at in one step. */
const STEP_EVENTS_MAX = 512;

/** A step makes what the rate allows in this time, in milliseconds. */
const STEP_WORTH_MS = 25;

/** Between two steps of one replay, in milliseconds, so that looking through many events leaves the store to others. */
const STEP_PAUSE_MS = 20;

/** How long one step, or one look for replays, is waited for, in milliseconds. */
const STEP_MS_MAX = 10_000;

/** How much delay of late steps is made up for, in milliseconds. */
const CATCH_UP_MS = 100;

/** Until the next look at a replay whose deliveries have to be attempted first, in milliseconds. */
const FULL_MS = 200;

/** Until the next look at a replay that waits for a subscription, in milliseconds. */
const WAIT_MS = 1_000;

/** Shortest wait after another dispatcher took the step, in milliseconds. */
const FOLLOW_MS = 1_000;

/** Until the next try after a store error, in milliseconds. */
const FAULT_MS = 2_000;

/** A backfill is created before its subscription: how long that one may be missing, in milliseconds. */
const MISSING_MS_MAX = 60_000;

/** Options for {@linkcode ReplayRunner}. */
export interface ReplayRunnerOptions {
  store: StoreTime &
    Pick<Replays, "replays" | "stepReplay" | "replayBacklog" | "setReplayState"> &
    Pick<Events, "listEvents" | "getEvent" | "getDelivery">;
  /** The followed set of subscriptions. */
  subscriptions: () => readonly StoredSubscription[];
  /** Looks into large bodies. @default {at once, like into all others} */
  readElsewhere?: ReadFieldsElsewhere;
  /** The order key of an event of this source as it is stored. @default as it is */
  hideOrderKey?: (source: string, key: string | null) => string | null;
  /** Called with a subscription that has new due deliveries. */
  wake: (subscription: string) => void;
  log: Log;
  /** Measures the rate, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {Math.random} */
  random?: () => number;
}

/** A replay as this dispatcher runs it. */
interface Run {
  replay: Replay;
  /** When the next step is due. */
  nextAt: number;
  /** Until when the deliveries made so far use up the rate. */
  paidUntil: number;
  /** Upper bound of its deliveries that wait for their first attempt: attempts since the last count are not subtracted. */
  waitingMax: number;
  /** Events that the last step looked at. */
  seen: number;
  /** The cursor another dispatcher was last seen at; undefined if this one takes the steps. */
  followed: string | null | undefined;
  /** The subscription it waits for; empty if it does not wait. */
  waitsFor: string;
  /** When that was first seen to be missing; null if it exists. */
  missingSince: number | null;
}

/**
 * Runs all replays in the state `running`, no matter who created them, a step of each in turn. Their progress is in the store:
 * any dispatcher can take the next step, and of two that take the same step one is refused. That one then waits a while
 * between looks, and resumes taking steps if the other makes no progress.
 *
 * Live deliveries go first: at most about a second's worth of a replay waits for its first attempt. That is also what a
 * cancellation can take back.
 */
export class ReplayRunner {
  readonly #options: ReplayRunnerOptions;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #runs = new Map<string, Run>();
  #lookAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #interrupt: () => void = () => {};

  constructor(options: ReplayRunnerOptions) {
    const { clock = () => performance.now(), random = Math.random } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
  }

  /** Starts. */
  start(): void {
    this.#running = this.#run();
  }

  /** Looks for replays now, because one was created or its state changed. */
  look(): void {
    this.#lookAt = Number.NEGATIVE_INFINITY;
    this.#interrupt();
  }

  /** Stops after the current step. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#interrupt();
    await this.#running;
  }

  /** Takes the due step of every replay, one after the other. Returns the time until the next one, in milliseconds. */
  async pass(): Promise<number> {
    if (this.#lookAt <= this.#clock()) await this.#look();
    for (const run of [...this.#runs.values()]) {
      if (this.#stopped) return 0;
      if (run.nextAt > this.#clock()) continue;
      run.nextAt = this.#clock() + (await this.#step(run));
    }
    const nextAt = Math.min(this.#lookAt, ...[...this.#runs.values()].map((run) => run.nextAt));
    return Math.max(0, nextAt - this.#clock());
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const interrupted = new Promise<void>((resolve) => {
        this.#interrupt = resolve;
      });
      const waitMs = await this.pass();
      await deadline(interrupted, { ms: waitMs, late: () => {} });
    }
  }

  /** Reads which replays run. Never rejects. */
  async #look(): Promise<void> {
    this.#lookAt = this.#clock() + LOOK_EVERY_MS;
    try {
      const running = await inTime(this.#options.store.replays({ state: "running" }));
      const ids = new Set(running.map(({ id }) => id));
      for (const id of this.#runs.keys()) if (!ids.has(id)) this.#runs.delete(id);
      for (const replay of running.reverse()) {
        const run = this.#runs.get(replay.id);
        if (run) run.replay = replay;
        else this.#runs.set(replay.id, newRun(replay));
      }
    } catch (error) {
      const message = `replays not read, trying again in ${LOOK_EVERY_MS} ms`;
      this.#options.log.error({ err: error }, message);
    }
  }

  /** Returns the time until the next step of the replay. Never rejects. */
  async #step(run: Run): Promise<number> {
    try {
      if (this.#otherMakesProgress(run)) return this.#followMs(run);
      return await inTime(this.#takeStep(run));
    } catch (error) {
      const { id } = run.replay;
      const message = `replay step failed, trying again in ${FAULT_MS} ms`;
      this.#options.log.error({ err: error, replay: id }, message);
      // It is unknown whether the step was written, and it may still end: what it changes then is not used any more.
      const nextAt = this.#clock() + FAULT_MS;
      if (this.#runs.has(id))
        this.#runs.set(id, { ...run, waitingMax: Number.POSITIVE_INFINITY, nextAt });
      return FAULT_MS;
    }
  }

  #otherMakesProgress(run: Run): boolean {
    if (run.followed === undefined) return false;
    const moved = run.followed !== run.replay.cursor;
    run.followed = moved ? run.replay.cursor : undefined;
    return moved;
  }

  async #takeStep(run: Run): Promise<number> {
    const { store, subscriptions, readElsewhere, hideOrderKey } = this.#options;
    const { perSecond } = run.replay;
    const deliveriesMax = stepSize(perSecond);
    if (!(await this.#hasRoom(run, deliveriesMax))) return FULL_MS;
    const plan = await planStep(run.replay, {
      store,
      subscriptions: subscriptions(),
      readElsewhere,
      hideOrderKey,
      // If few events match, looking is most of the work: look twice as far each time.
      eventsMax: Math.min(STEP_EVENTS_MAX, Math.max(deliveriesMax, run.seen * 2)),
      deliveriesMax,
    });
    if ("waitsFor" in plan) return this.#wait(run, plan);
    run.waitsFor = "";
    run.missingSince = null;
    run.seen = plan.seen;
    return this.#write(run, plan);
  }

  /** Whether this many more may wait for their first attempt. Counts again only if the last count, plus what was made since, leaves no room. */
  async #hasRoom(run: Run, deliveries: number): Promise<boolean> {
    const limit = Math.min(run.replay.perSecond, REPLAY_CANCELLED_MAX);
    if (run.waitingMax + deliveries <= limit) return true;
    run.waitingMax = await this.#options.store.replayBacklog(run.replay.id, { limit });
    return run.waitingMax + deliveries <= limit;
  }

  async #write(run: Run, step: ReplayStep): Promise<number> {
    const { store, wake, log } = this.#options;
    const { id } = run.replay;
    const result = await store.stepReplay(id, step);
    if (result.outcome === "missing") {
      this.#runs.delete(id);
      return 0;
    }
    run.replay = result.replay;
    const { state, seen, made } = result.replay;
    if (state !== "running") {
      this.#runs.delete(id);
      log.info({ replay: id, state, seen, made }, "replay ended or paused");
    }
    if (result.outcome === "refused") {
      run.followed = result.replay.cursor;
      run.waitingMax = Number.POSITIVE_INFINITY;
      return this.#followMs(run);
    }
    const due = result.deliveries.filter(({ nextAttemptAt }) => nextAttemptAt !== null);
    for (const name of new Set(due.map(({ subscription }) => subscription))) wake(name);
    run.waitingMax += result.deliveries.length;
    return this.#pay(run, result.deliveries.length);
  }

  /** Time until the rate allows for more. */
  #pay(run: Run, deliveries: number): number {
    const now = this.#clock();
    const costMs = (deliveries / run.replay.perSecond) * 1_000;
    run.paidUntil = Math.max(run.paidUntil, now - CATCH_UP_MS) + costMs;
    return Math.max(STEP_PAUSE_MS, run.paidUntil - now);
  }

  /** Long enough for the other dispatcher to make progress, and not the same for all. */
  #followMs({ replay }: Run): number {
    const stepMs = (stepSize(replay.perSecond) / replay.perSecond) * 1_000;
    return FOLLOW_MS + stepMs + this.#random() * FOLLOW_MS;
  }

  async #wait(
    run: Run,
    { waitsFor, because }: { waitsFor: string; because: "paused" | "missing" },
  ): Promise<number> {
    const { store, log } = this.#options;
    const { id } = run.replay;
    const now = this.#clock();
    run.missingSince = because === "missing" ? (run.missingSince ?? now) : null;
    // Not by its age: the wall clock may have been set.
    if (run.missingSince !== null && now - run.missingSince > MISSING_MS_MAX) {
      await store.setReplayState(id, "cancelled");
      this.#runs.delete(id);
      log.warn(
        { replay: id, subscription: waitsFor },
        "backfill cancelled: its subscription does not exist",
      );
      return 0;
    }
    if (run.waitsFor !== waitsFor) {
      log.warn({ replay: id, subscription: waitsFor, because }, "replay waits for a subscription");
    }
    run.waitsFor = waitsFor;
    return WAIT_MS;
  }
}

/** Gives up waiting for an answer of the store, so that one that hangs does not stop the other replays. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return deadline(answer, {
    ms: STEP_MS_MAX,
    late: () => {
      throw new Error(`Cannot run a replay: the store did not answer within ${STEP_MS_MAX} ms`);
    },
  });
}

function newRun(replay: Replay): Run {
  return {
    replay,
    nextAt: Number.NEGATIVE_INFINITY,
    paidUntil: Number.NEGATIVE_INFINITY,
    waitingMax: Number.POSITIVE_INFINITY,
    seen: 0,
    followed: undefined,
    waitsFor: "",
    missingSince: null,
  };
}

/** Deliveries made in one step: few, so that live events never wait behind many. */
function stepSize(perSecond: number): number {
  const worth = Math.floor((perSecond * STEP_WORTH_MS) / 1_000);
  return Math.min(STEP_DELIVERIES_MAX, Math.max(1, worth));
}
