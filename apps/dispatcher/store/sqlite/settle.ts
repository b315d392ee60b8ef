import type { DatabaseSync } from "node:sqlite";
import { type SeriesRoom, Tally } from "../contract/buckets.ts";
import type { FailureBatch } from "../contract/decide_failures.ts";
import { isId } from "../contract/ids.ts";
import { appendAttempt, countOutcomes } from "../contract/outcomes.ts";
import type { CountFailures } from "./failures.ts";
import type { CountMetrics } from "./metrics.ts";
import type { Order } from "./order.ts";
import { type ReadOutcome, readOutcomes } from "./packed_outcomes.ts";
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  type OrderRow,
  packId,
  prepare,
  readAttempts,
  readDelivery,
  readOrder,
  STATE_CODES,
  unpackId,
} from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import { prepareMayWait } from "./subscriptions.ts";
import type { OperationsOf } from "./wire.ts";

interface RunningRow extends OrderRow {
  row: number;
  attempt: number;
  attempts: string;
  subscription: string;
  event_id: Uint8Array;
  failure: Uint8Array | null;
}

/** What `settle` counts in, and whose order and time it keeps. */
interface PrepareSettleOptions {
  count: CountMetrics;
  series: SeriesRoom;
  failures: CountFailures;
  order: Order;
  time: SteadyTime;
}

/** Prepares `settle`. */
export function prepareSettle(
  db: DatabaseSync,
  { count, series, failures, order, time }: PrepareSettleOptions,
): OperationsOf<"settle"> {
  const find = prepare<RunningRow>(
    db,
    `SELECT row, attempt, attempts, subscription, event_id, failure, order_key, position
     FROM deliveries WHERE id = ? AND state = ${STATE_CODES.running} AND dispatcher = ? AND token = ?`,
  );
  const write = prepare(
    db,
    `UPDATE deliveries SET state = ?, next_at = ?, attempt = ?, attempts = ?,
     interruptions = ?, suspect = ?, reason = ?, failure = ?, dispatcher = NULL, token = NULL
     WHERE row = ?`,
  );
  // A first attempt that succeeded needs no look at the row before; of one that has an order or earlier attempts nothing is written.
  const deliver = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.delivered}, next_at = NULL, attempt = 1, attempts = ?,
     interruptions = 0, suspect = 0, reason = '', failure = NULL, dispatcher = NULL, token = NULL
     WHERE id = ? AND state = ${STATE_CODES.running} AND dispatcher = ? AND token = ?
       AND attempts = '[]' AND order_key IS NULL`,
  );
  const processed = prepare(db, "UPDATE facts SET last_processed_at = ?");

  function deliverFirst({ id, claim, next, attempt, ...marks }: ReadOutcome): boolean {
    if (id === null || next.state !== "delivered" || attempt?.number !== 1) return false;
    const { failure, interruptions, suspect } = marks;
    if (failure !== null || interruptions > 0 || suspect) return false;
    const { dispatcherId, token } = claim;
    return deliver.run(JSON.stringify([attempt]), id, dispatcherId, token).changes === 1;
  }

  function settleOne(outcome: ReadOutcome, { batch, now }: { batch: FailureBatch; now: number }) {
    const { id, claim, next, attempt, ...marks } = outcome;
    if (id === null) return false;
    if (deliverFirst(outcome)) return true;
    const found = find.get(id, claim.dispatcherId, claim.token);
    if (!found) return false;
    const attempts = attempt && appendAttempt(readAttempts(found.attempts), attempt);
    const { subscription } = found;
    const eventId = unpackId("evt", found.event_id);
    const counted = { ...outcome, deliveryId: unpackId("dlv", id) };
    const group = batch.add(counted, { subscription, eventId });
    // Without an attempt the latest one is still the same.
    const failure = attempt ? group && packId(group) : found.failure;
    write.run(
      STATE_CODES[next.state],
      // Up, because a delivery may be late but never early.
      next.state === "waiting" ? time.whenClockShows(Math.ceil(next.nextAttemptAt)) : null,
      attempt ? attempt.number : found.attempt,
      attempts ? JSON.stringify(attempts) : found.attempts,
      marks.interruptions,
      marks.suspect ? 1 : 0,
      next.state === "dead" ? next.reason : "",
      failure,
      found.row,
    );
    const place = next.state === "delivered" ? readOrder(found) : null;
    if (place) order.leave({ subscription, order: place }, now);
    return true;
  }

  return {
    settle(now, packed) {
      const batch = failures.begin();
      const outcomes = readOutcomes(packed);
      const written = outcomes.map((outcome) => settleOne(outcome, { batch, now }));
      if (!written.includes(true)) return written;
      failures.write(batch, now);
      const settled = outcomes.filter((_, index) => written[index]);
      const tally = new Tally(series, now);
      countOutcomes(tally, settled);
      count(now, tally);
      if (settled.some(({ next }) => next.state === "delivered")) processed.run(now);
      return written;
    },
  };
}

interface ChangeableRow extends DeliveryRow {
  event: number;
}

/** Prepares `retryDelivery` and `cancelDelivery`. */
export function prepareChangeDelivery(
  db: DatabaseSync,
  { order, time }: { order: Order; time: SteadyTime },
): OperationsOf<"retryDelivery" | "cancelDelivery"> {
  const read = prepare<ChangeableRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS}, d.event, d.attempts FROM deliveries d WHERE d.id = ?`,
  );
  const later = prepare<{ row: number }>(
    db,
    "SELECT row FROM deliveries WHERE event = ? AND subscription = ? AND generation > ? LIMIT 1",
  );
  const revive = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.waiting}, reason = '',
     next_at = CASE state WHEN ${STATE_CODES.dead} THEN ?1 ELSE min(next_at, ?1) END,
     attempt_base = CASE state WHEN ${STATE_CODES.dead} THEN attempt ELSE attempt_base END
     WHERE row = ?2`,
  );
  const cancel = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.cancelled}, next_at = NULL, reason = ?
     WHERE row = ?`,
  );

  const mayWait = prepareMayWait(db);

  function find(id: string): ChangeableRow | undefined {
    return isId(id, "dlv") ? read.get(packId(id)) : undefined;
  }

  /** Whether there is a later generation. */
  function isReplaced({ event, subscription, generation }: ChangeableRow): boolean {
    return later.get(event, subscription, generation) !== undefined;
  }

  return {
    retryDelivery(now, id) {
      const found = find(id);
      if (!found) return { outcome: "missing" };
      const delivery = readDelivery(found, time);
      const isDue = delivery.state === "waiting" && delivery.nextAttemptAt !== null;
      const isDead = delivery.state === "dead" && !isReplaced(found);
      if (!isDue && !isDead) return { outcome: "refused", delivery };
      if (!mayWait(delivery.subscription)) return { outcome: "deleted", delivery };
      revive.run(time.whenClockShows(now), found.row);
      return { outcome: "due", delivery: readDelivery(find(id) ?? found, time) };
    },

    cancelDelivery(now, id, { reason }) {
      const found = find(id);
      if (!found) return { outcome: "missing" };
      const delivery = readDelivery(found, time);
      if (delivery.state !== "dead" && delivery.state !== "waiting") {
        return { outcome: "refused", delivery };
      }
      cancel.run(reason, found.row);
      const { subscription, order: place } = delivery;
      // A later generation has taken its place in the order, if there is one.
      const holds = place !== null && !isReplaced(found);
      const dueNow = holds ? order.leave({ subscription, order: place }, now) : null;
      return { outcome: "cancelled", delivery: readDelivery(find(id) ?? found, time), dueNow };
    },
  };
}
