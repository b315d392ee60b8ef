import type { DeliveryState } from "@hookgate/types";
import type { PruneEventsOptions } from "./events.ts";
import { eventIdAt } from "./ids.ts";

type Times = Pick<PruneEventsOptions, "deliveredBefore" | "deadBefore">;

/** The border of the event ids to look at: no later event is old enough. */
export function pruneBorder({ deliveredBefore, deadBefore }: Times): string {
  return eventIdAt(Math.max(deliveredBefore, deadBefore));
}

/** Whether an event is removed, given the states of all its deliveries. */
export function isPrunable(
  id: string,
  states: readonly DeliveryState[],
  { deliveredBefore, deadBefore }: Times,
): boolean {
  if (states.includes("waiting") || states.includes("running")) return false;
  if (id < eventIdAt(deadBefore)) return true;
  return id < eventIdAt(deliveredBefore) && !states.includes("dead");
}
