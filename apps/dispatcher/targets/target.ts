import type { AttemptResponse, Subscription, Target, TargetOf } from "@hookgate/types";
import type { ClaimedDelivery } from "../store/contract/deliveries.ts";

/** How a try ended, as the target saw it. */
export type TargetResult =
  | { kind: "succeeded"; response?: AttemptResponse }
  | { kind: "failed"; error: string; permanent: boolean; wait?: Wait; response?: AttemptResponse }
  /** Nobody wants deliveries there any more (410): the subscription is to be paused, the delivery waits. */
  | { kind: "gone"; error: string; response?: AttemptResponse }
  /** It did not end in time. It may go on unseen, but its slot is free. */
  | { kind: "timed_out"; error: string }
  /** What ran it died. `alone`: nothing else can be to blame. */
  | { kind: "host_lost"; error: string; alone: boolean }
  /** The dispatcher shut down under it, or the stream that had it is lost. */
  | { kind: "interrupted" }
  /** It was never begun, because the target is closing or has no room any more. */
  | { kind: "not_started" };

/** What a try came to. */
export interface TargetAttempt {
  result: TargetResult;
  /** To be called once the outcome is written, or given up. */
  settled?: () => void;
}

/** What a target says about the wait before the next try. */
export interface Wait {
  ms: number;
  /** Whether it takes the place of the policy's wait; otherwise the longer of the two counts. */
  exact: boolean;
}

/** How much runs, or may begin. */
export interface Room {
  deliveries: number;
  /** Of bodies. Where nothing runs, one may begin whatever its size. */
  bytes: number;
}

/** Options for {@linkcode DeliveryTarget.attempt}. */
export interface TargetAttemptOptions {
  /** 1 for the first try. */
  number: number;
  /** The delivery is suspected of killing what runs it: nothing may run beside it. */
  alone: boolean;
}

/** A subscription with a target of this kind. */
export type SubscriptionOf<Kind extends Target["kind"]> = Subscription & { target: TargetOf<Kind> };

/** Where deliveries of one kind go. */
export interface DeliveryTarget<Kind extends Target["kind"] = Target["kind"]> {
  /** What may begin now, beside the attempts of the subscription that are `running`: all that are claimed already. */
  room(subscription: SubscriptionOf<Kind>, running: Room): Room;

  /** Tries once. Never rejects: whatever happens is a result. */
  attempt(
    claimed: ClaimedDelivery,
    subscription: SubscriptionOf<Kind>,
    options: TargetAttemptOptions,
  ): Promise<TargetAttempt>;

  /** Begins nothing more, waits `graceMs` for what runs, interrupts the rest. */
  close(options: { graceMs: number }): Promise<void>;
}
