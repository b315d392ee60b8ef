import type { DatabaseSync } from "node:sqlite";
import { ATTEMPTS_KEPT_MAX, type Attempt } from "@hookgate/types";
import type { CancelResult, Outcome, RetryResult } from "../contract/deliveries.ts";
import type { CountMetrics, MetricCounts } from "./metrics.ts";
import type { Order } from "./order.ts";
import {
  DELIVERY_COLUMNS,
  isId,
  packId,
  type Row,
  readAttempts,
  readDelivery,
  readOrder,
  STATE_CODES,
} from "./rows.ts";

/** Prepares `settle`: whether each outcome was written. */
export function prepareSettle(
  db: DatabaseSync,
  { count, order }: { count: CountMetrics; order: Order },
): (outcomes: readonly Outcome[], now: number) => boolean[] {
  const find =
    db.prepare(`SELECT row, attempt, attempts, subscription, order_key, position FROM deliveries
    WHERE id = ? AND state = ${STATE_CODES.running} AND dispatcher = ? AND token = ?`);
  const write = db.prepare(`UPDATE deliveries SET state = ?, next_at = ?, attempt = ?, attempts = ?,
    interruptions = ?, suspect = ?, reason = ?, dispatcher = NULL, token = NULL WHERE row = ?`);
  const processed = db.prepare("UPDATE facts SET last_processed_at = ?");

  function settleOne(
    { deliveryId, claim, next, attempt, ...marks }: Outcome,
    now: number,
  ): boolean {
    if (!isId(deliveryId, "dlv")) return false;
    const found = find.get(packId(deliveryId), claim.dispatcherId, claim.token) as Row | undefined;
    if (!found) return false;
    write.run(
      STATE_CODES[next.state],
      // Up, because a delivery may be late and never early.
      next.state === "waiting" ? Math.ceil(next.nextAttemptAt) : null,
      attempt ? attempt.number : (found["attempt"] as number),
      attempt ? append(found["attempts"] as string, attempt) : (found["attempts"] as string),
      marks.interruptions,
      marks.suspect ? 1 : 0,
      next.state === "dead" ? next.reason : "",
      found["row"] as number,
    );
    const place = next.state === "delivered" ? readOrder(found) : null;
    if (place) order.leave({ subscription: found["subscription"] as string, order: place }, now);
    return true;
  }

  return function settle(outcomes, now) {
    const counts = newCounts();
    const written = outcomes.map((outcome) => {
      if (!settleOne(outcome, now)) return false;
      addOutcome(counts, outcome);
      return true;
    });
    if (written.includes(true)) count(now, counts);
    if (counts.processed > 0) processed.run(now);
    return written;
  };
}

/** Prepares `retryDelivery`. */
export function prepareRetryDelivery(db: DatabaseSync): (id: string, now: number) => RetryResult {
  const read = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, d.event, d.attempts FROM deliveries d WHERE d.id = ?`,
  );
  const isReplaced = prepareIsReplaced(db);
  const revive = db.prepare(`UPDATE deliveries SET state = ${STATE_CODES.waiting}, reason = '',
    next_at = CASE state WHEN ${STATE_CODES.dead} THEN ?1 ELSE min(next_at, ?1) END,
    attempt_base = CASE state WHEN ${STATE_CODES.dead} THEN attempt ELSE attempt_base END
    WHERE row = ?2`);
  return function retryDelivery(id, now) {
    const found = isId(id, "dlv") ? (read.get(packId(id)) as Row | undefined) : undefined;
    if (!found) return { outcome: "missing" };
    const delivery = readDelivery(found);
    const isDue = delivery.state === "waiting" && delivery.nextAttemptAt !== null;
    const isDead = delivery.state === "dead" && !isReplaced(found);
    if (!isDue && !isDead) return { outcome: "refused", delivery };
    revive.run(now, found["row"] as number);
    return { outcome: "due", delivery: readDelivery(read.get(packId(id)) as Row) };
  };
}

/** Prepares `cancelDelivery`. */
export function prepareCancelDelivery(
  db: DatabaseSync,
  order: Order,
): (input: { id: string; reason: string }, now: number) => CancelResult {
  const read = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, d.event, d.attempts FROM deliveries d WHERE d.id = ?`,
  );
  const isReplaced = prepareIsReplaced(db);
  const cancel = db.prepare(`UPDATE deliveries SET state = ${STATE_CODES.cancelled}, next_at = NULL,
    reason = ? WHERE row = ?`);
  return function cancelDelivery({ id, reason }, now) {
    const found = isId(id, "dlv") ? (read.get(packId(id)) as Row | undefined) : undefined;
    if (!found) return { outcome: "missing" };
    const delivery = readDelivery(found);
    if (delivery.state !== "dead" && delivery.state !== "waiting") {
      return { outcome: "refused", delivery };
    }
    cancel.run(reason, found["row"] as number);
    const { subscription, order: place } = delivery;
    // Where a later generation has its place in the order, that one holds it.
    const holds = place !== null && !isReplaced(found);
    const dueNow = holds ? order.leave({ subscription, order: place }, now) : null;
    return { outcome: "cancelled", delivery: readDelivery(read.get(packId(id)) as Row), dueNow };
  };
}

/** Whether there is a later generation of a delivery: from `event`, `subscription` and `generation`. */
function prepareIsReplaced(db: DatabaseSync): (row: Row) => boolean {
  const later = db.prepare(`SELECT 1 FROM deliveries
    WHERE event = ? AND subscription = ? AND generation > ? LIMIT 1`);
  return (row) => {
    const [event, generation] = [row["event"] as number, row["generation"] as number];
    return later.get(event, row["subscription"] as string, generation) !== undefined;
  };
}

/** The attempts as they are kept: of too many the first and the latest, and an answer only with the last. */
function append(column: string, attempt: Attempt): string {
  const before = readAttempts(column).map((one) => ({ ...one, response: null }));
  const attempts = [...before, attempt];
  if (attempts.length > ATTEMPTS_KEPT_MAX) attempts.splice(1, attempts.length - ATTEMPTS_KEPT_MAX);
  return JSON.stringify(attempts);
}

function newCounts() {
  const counts = { processed: 0, failed: 0, retried: 0, attempts: 0, succeeded: 0, succeededMs: 0 };
  return counts satisfies MetricCounts;
}

function addOutcome(counts: ReturnType<typeof newCounts>, { next, attempt }: Outcome): void {
  if (next.state === "delivered") counts.processed += 1;
  if (next.state === "dead") counts.failed += 1;
  if (!attempt) return;
  if (next.state === "waiting") counts.retried += 1;
  counts.attempts += 1;
  if (attempt.outcome !== "succeeded") return;
  counts.succeeded += 1;
  counts.succeededMs += attempt.durationMs;
}
