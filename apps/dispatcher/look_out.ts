import type { Log, Readiness } from "@hookgate/telemetry";
import type { DeliveryLoop } from "./delivery/delivery_loop.ts";
import { BoundedWork } from "./schedule/bounded_work.ts";
import type { Deliveries } from "./store/contract/deliveries.ts";
import type { Activity } from "./subscriptions/activity.ts";
import type { FollowedSubscriptions } from "./subscriptions/followed_subscriptions.ts";

/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** How long one look is waited for, in milliseconds. */
const LOOK_MS_MAX = 2_000;

/** Without a successful look for this long the dispatcher is not ready, in milliseconds. */
const LOOK_STALE_MS_MAX = 5_000;

/** Stores events, unless the disk is full. */
interface DiskUser {
  diskHasRoom: boolean;
}

/** Stores events, and speaks to the edges. */
interface Capturing {
  /** What the last commit failed with, if that was a moment ago; otherwise null. */
  readonly problem: string | null;
  announce(problem: string): void;
}

/** Options for {@linkcode LookOut}. */
export interface LookOutOptions {
  store: Pick<Deliveries, "heartbeat">;
  dispatcherId: string;
  /** What this dispatcher does, for the others to see. */
  activity: Pick<Activity, "own">;
  /** Whether the disk is above its reserve. */
  diskHasRoom: () => Promise<boolean>;
  diskUsers: readonly DiskUser[];
  captures: Capturing;
  subscriptions: Pick<FollowedSubscriptions, "follow">;
  loop: Pick<DeliveryLoop, "tick">;
  log: Log;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/** Something that is looked after, and what is wrong when that has not worked for a while. */
interface Look {
  work: BoundedWork;
  problem: string;
}

/**
 * What a dispatcher looks after by itself, each second (promise 7): its heartbeat, the disk, changed subscriptions and
 * overdue deliveries, each independent of the others. It alone says whether the dispatcher is ready.
 */
export class LookOut {
  readonly #looks: readonly Look[];
  readonly #captures: Capturing;
  #hasRoom = true;
  #draining = false;
  #setServing: (serving: boolean) => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LookOutOptions) {
    const { store, dispatcherId, activity, diskHasRoom, diskUsers, subscriptions, loop } = options;
    const { log, monotonic = () => performance.now() } = options;
    const look = (name: string, problem: string, work: () => Promise<unknown>): Look => {
      const everyMs = LOOK_EVERY_MS;
      const bounds = { everyMs, msMax: LOOK_MS_MAX, log, monotonic };
      return { problem, work: new BoundedWork({ name, work, ...bounds }) };
    };
    this.#captures = options.captures;
    this.#looks = [
      look("writing the heartbeat", "the store does not answer", () =>
        store.heartbeat(dispatcherId, activity.own()),
      ),
      look("checking the disk", "the disk cannot be checked", async () => {
        this.#hasRoom = await diskHasRoom();
        for (const user of diskUsers) user.diskHasRoom = this.#hasRoom;
      }),
      look("reading the subscriptions", "changes of subscriptions cannot be read", () =>
        subscriptions.follow(),
      ),
      look("looking for overdue deliveries", "overdue deliveries cannot be looked for", () =>
        loop.tick(),
      ),
    ];
  }

  /** Looks at everything once. Ends within {@linkcode LOOK_MS_MAX}, and never rejects. */
  async look(): Promise<void> {
    await Promise.all(this.#looks.map(({ work }) => work.run()));
  }

  /** Looks each second from now on, and calls `setServing` each second with whether the dispatcher is ready. */
  start({ setServing }: { setServing: (serving: boolean) => void }): void {
    this.#setServing = setServing;
    for (const { work } of this.#looks) work.start();
    // On a timer of its own: it has to say so when a look hangs.
    this.#timer = setInterval(() => this.#report(), LOOK_EVERY_MS);
    this.#report();
  }

  /** The dispatcher is not ready from now on. Looks continue, for what still runs. */
  drain(): void {
    this.#draining = true;
    this.#report();
  }

  /** Ends the looks. */
  stop(): void {
    clearInterval(this.#timer);
    for (const { work } of this.#looks) work.stop();
  }

  /** Whether the disk is above its reserve, as far as that is known. */
  get diskHasRoom(): boolean {
    return this.#hasRoom;
  }

  /** Whether events can be stored now. */
  ready(): Readiness {
    const stale = this.#looks.filter(({ work }) => work.idleMs > LOOK_STALE_MS_MAX);
    const problems = [
      ...(this.#draining ? ["the dispatcher is stopping"] : []),
      ...stale.map(({ problem, work }) => (work.failure ? `${problem}: ${work.failure}` : problem)),
      ...(this.#captures.problem === null ? [] : [this.#captures.problem]),
      ...(this.#hasRoom ? [] : ["the disk is below its reserve"]),
    ];
    return { ready: problems.length === 0, problems };
  }

  #report(): void {
    const { ready, problems } = this.ready();
    this.#setServing(ready);
    this.#captures.announce(problems.join("; "));
  }
}
