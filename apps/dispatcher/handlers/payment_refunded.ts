import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface PaymentRefunded {
  paymentId?: string;
  amount?: number;
  currency?: string;
}

/** Books a refund with the provider's date: events may arrive late, or out of order. */
export function handle(event: HandlerEvent<PaymentRefunded | null>, context: HandlerContext): void {
  const { paymentId, amount, currency } = event.data ?? {};
  context.log.info("payment refunded", { paymentId, amount, currency, at: event.timestamp });
}
