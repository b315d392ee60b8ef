import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface PaymentSuccess {
  paymentId?: string;
  studentId?: string;
  amount?: number;
  currency?: string;
}

/** Events kept in mind; a real handler keeps them where its effect is. */
const DONE_MAX = 10_000;
const done = new Set<string>();

/**
 * Delivery is at least once: after a crash, or a timeout that came too soon, the same event comes again, under the same
 * `event.id`. Do the work and remember the id in one transaction of your database, under a unique key; this set stands
 * for that table, and is only as good as one process.
 */
export function handle(event: HandlerEvent<PaymentSuccess | null>, context: HandlerContext): void {
  if (done.has(event.id)) {
    context.log.info("payment seen before", { attempt: context.attempt });
    return;
  }
  const { paymentId, amount, currency } = event.data ?? {};
  context.log.info("payment received", { paymentId, amount, currency });
  if (done.size >= DONE_MAX) done.clear();
  done.add(event.id);
}
