import { makeDelivery, makeReplay } from "@hookgate/testing";
import type { Delivery, Replay } from "@hookgate/types";

/** A delivery for tests: delivered by its first attempt. */
export function endedDelivery(changes: Partial<Delivery> = {}): Delivery {
  const id = `dlv_${"0".repeat(31)}1`;
  return makeDelivery({ id, eventId: "", state: "delivered", attempt: 1, ...changes });
}

/** A replay for tests: it is running and has made nothing yet. */
export function runningReplay(changes: Partial<Replay> = {}): Replay {
  return makeReplay({
    id: `rpl_${"0".repeat(31)}1`,
    filter: { state: "dead" },
    reason: "crm was down",
    perSecond: 200,
    createdAt: Date.now(),
    expected: 1_234,
    ...changes,
  });
}
