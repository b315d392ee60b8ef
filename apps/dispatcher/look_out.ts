import { performance } from "node:perf_hooks";
import type { Log } from "@hookgate/telemetry";
import type { DeliveryLoop } from "./delivery/delivery_loop.ts";
import type { Deliveries } from "./store/contract/deliveries.ts";
import type { FollowedSubscriptions } from "./subscriptions/followed_subscriptions.ts";

/** Without a successful look-out for this long the dispatcher is not ready. */
const LOOK_STALE_MS_MAX = 5_000;

/** What is told whether the disk is above its reserve. */
interface DiskUser {
  diskHasRoom: boolean;
}

/** Options for {@linkcode LookOut}. */
export interface LookOutOptions {
  store: Pick<Deliveries, "heartbeat">;
  dispatcherId: string;
  /** Whether the disk is above its reserve. */
  diskHasRoom: () => Promise<boolean>;
  diskUsers: readonly DiskUser[];
  subscriptions: Pick<FollowedSubscriptions, "follow">;
  loop: Pick<DeliveryLoop, "tick">;
  log: Log;
}

/** What a dispatcher looks after by itself: its heartbeat, the disk, changed subscriptions, overdue deliveries. */
export class LookOut {
  readonly #options: LookOutOptions;
  #lookedAt = performance.now();
  #hasRoom = true;

  constructor(options: LookOutOptions) {
    this.#options = options;
  }

  /** Looks once. Never rejects. */
  async look(): Promise<void> {
    const { store, dispatcherId, diskHasRoom, diskUsers, subscriptions, loop, log } = this.#options;
    try {
      await store.heartbeat(dispatcherId);
      this.#hasRoom = await diskHasRoom();
      for (const user of diskUsers) user.diskHasRoom = this.#hasRoom;
      await subscriptions.follow();
      await loop.tick();
      this.#lookedAt = performance.now();
    } catch (error) {
      log.error({ err: error }, "look-out failed");
    }
  }

  /** Whether events can be stored now, and if not, why. */
  ready(): { ready: boolean; problems: string[] } {
    const problems: string[] = [];
    if (performance.now() - this.#lookedAt > LOOK_STALE_MS_MAX) {
      problems.push("the store does not answer");
    }
    if (!this.#hasRoom) problems.push("the disk is below its reserve");
    return { ready: problems.length === 0, problems };
  }
}
