import type { Subscription } from "@hookgate/types";
import type { ClaimedDelivery } from "../store/event_store.ts";

/** How a try ended, as the target saw it. */
export type TargetResult =
  | { kind: "succeeded" }
  | { kind: "failed"; error: string; permanent: boolean }
  /** It did not end in time. It may go on unseen, but its slot is free. */
  | { kind: "timed_out"; error: string }
  /** What ran it died. `alone`: nothing else can be to blame. */
  | { kind: "host_lost"; error: string; alone: boolean }
  /** The dispatcher shut down under it. */
  | { kind: "interrupted" }
  /** It was never begun, because the target is closing. */
  | { kind: "not_started" };

/** Options for {@linkcode DeliveryTarget.attempt}. */
export interface TargetAttemptOptions {
  /** 1 for the first try. */
  number: number;
  /** The delivery is suspected of killing what runs it: nothing may run beside it. */
  alone: boolean;
}

/** Where deliveries go. */
export interface DeliveryTarget {
  /** Tries once. Never rejects: whatever happens is a result. */
  attempt(
    claimed: ClaimedDelivery,
    subscription: Subscription,
    options: TargetAttemptOptions,
  ): Promise<TargetResult>;

  /** Begins nothing more, waits `graceMs` for what runs, interrupts the rest. */
  close(options: { graceMs: number }): Promise<void>;
}
