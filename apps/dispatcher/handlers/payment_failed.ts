import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface PaymentFailed {
  paymentId?: string;
  studentId?: string;
  reason?: string;
}

/** Tells the customer that a payment failed. */
export function handle(event: HandlerEvent<PaymentFailed | null>, context: HandlerContext): void {
  const { paymentId, studentId, reason } = event.data ?? {};
  context.log.warn("payment failed", { paymentId, studentId, reason });
}
