import { setTimeout as delay } from "node:timers/promises";
import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface SubscriptionCancelled {
  subscriptionId?: string;
  studentId?: string;
}

/** How long the other system takes to answer, in milliseconds. */
const ANSWER_MS = 10;

/** Tells another system, and stops waiting for it when the attempt's time is up. */
export async function handle(
  event: HandlerEvent<SubscriptionCancelled | null>,
  context: HandlerContext,
): Promise<void> {
  const { subscriptionId, studentId } = event.data ?? {};
  // Stands in for fetch(url, { signal: context.signal }). Pass the signal to everything that waits, so that it stops too.
  await delay(ANSWER_MS, undefined, { signal: context.signal });
  context.log.info("subscription cancelled", { subscriptionId, studentId });
}
