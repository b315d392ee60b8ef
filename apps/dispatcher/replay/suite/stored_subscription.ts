import type { Pause, Subscription } from "@hookgate/types";
import type { StoredSubscription } from "../../store/contract/subscriptions.ts";
import { sampleSubscription } from "../../suite/sample_claimed.ts";

/** A stored subscription, paused by `pausedBy`. */
export function storedSubscription(
  name: string,
  { pausedBy, ...part }: Partial<Subscription> & { pausedBy?: Pause["by"] } = {},
): StoredSubscription {
  return {
    definition: { ...sampleSubscription(), ...part, name },
    origin: "configuration",
    paused: pausedBy ? { by: pausedBy, reason: "", at: 1 } : null,
  };
}
