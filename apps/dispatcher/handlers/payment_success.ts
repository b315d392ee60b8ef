import type { HandlerContext, HandlerEvent } from "@hookgate/types";

interface PaymentSuccess {
  paymentId?: string;
  studentId?: string;
  amount?: number;
  currency?: string;
}

/** Most event ids kept in memory. A real handler keeps them in its database. */
const DONE_MAX = 10_000;
const done = new Set<string>();

/**
 * Delivery is at least once: after a crash or a timeout the same event can come again, with the same `event.id`. Do the
 * work and store the id in one transaction of your database, with a unique key. The set here stands in for that table; it
 * only works within one process.
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
