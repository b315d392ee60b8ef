import type { Pause } from "@hookgate/types";
import { replacesPause } from "../contract/replaces_pause.ts";
import type { PauseResult, ResumeResult, SubscriptionSet } from "../contract/subscriptions.ts";
import type { MongoContext } from "./context.ts";
import { changeSubscriptions, type SubscriptionsChange } from "./subscriptions.ts";

/** `pauseSubscription`. */
export function pauseSubscription(
  context: MongoContext,
  name: string,
  { by, reason, signal }: Omit<Pause, "at"> & { signal: AbortSignal },
): Promise<PauseResult> {
  const pause: Pause = { by, reason, at: context.clock.now() };
  const change = (current: SubscriptionSet): SubscriptionsChange<PauseResult> => {
    const paused = pausedOf(current, name);
    if (paused === undefined) return { next: null, result: () => ({ outcome: "missing" }) };
    if (paused && !replacesPause(by, paused)) {
      return { next: null, result: (set) => ({ outcome: "already_paused", pause: paused, set }) };
    }
    return {
      next: withPause(current, name, pause),
      result: (set) => ({ outcome: "paused", pause, set }),
    };
  };
  return changeSubscriptions(context, change, { signal });
}

/** `resumeSubscription`. */
export function resumeSubscription(
  context: MongoContext,
  name: string,
  { signal }: { signal: AbortSignal },
): Promise<ResumeResult> {
  const change = (current: SubscriptionSet): SubscriptionsChange<ResumeResult> => {
    const paused = pausedOf(current, name);
    if (paused === undefined) return { next: null, result: () => ({ outcome: "missing" }) };
    if (paused === null) return { next: null, result: () => ({ outcome: "not_paused" }) };
    if (paused.by === "configuration") {
      return { next: null, result: () => ({ outcome: "removed" }) };
    }
    return {
      next: withPause(current, name, null),
      result: (set) => ({ outcome: "resumed", pause: paused, set }),
    };
  };
  return changeSubscriptions(context, change, { signal });
}

/** Why a subscription is paused; undefined where there is none of this name. */
function pausedOf({ subscriptions }: SubscriptionSet, name: string): Pause | null | undefined {
  return subscriptions.find(({ definition }) => definition.name === name)?.paused;
}

function withPause(
  { subscriptions }: SubscriptionSet,
  name: string,
  paused: Pause | null,
): SubscriptionSet["subscriptions"] {
  return subscriptions.map((one) => (one.definition.name === name ? { ...one, paused } : one));
}
