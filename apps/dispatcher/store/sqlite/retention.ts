import type { DatabaseSync } from "node:sqlite";
import type { Events } from "../contract/events.ts";
import type { Dedupe } from "./dedupe.ts";
import type { Call, Output, Reply } from "./messages.ts";
import type { InOrder, Order } from "./order.ts";
import { idAtTime, isId, packId, type Row, readOrder, STATE_CODES, unpackId } from "./rows.ts";

const START = Buffer.of();

/** Bytes of events that one step removes: their pages are overwritten, which ingest waits for and the log has to hold. */
const STEP_BYTES_MAX = 1024 * 1024;

/** Prepares one step of `pruneEvents`. */
export function preparePruneEvents(
  db: DatabaseSync,
  { dedupe, order }: { dedupe: Dedupe; order: Order },
): (
  input: Parameters<Events["pruneEvents"]>[0],
  now: number,
) => Awaited<ReturnType<Events["pruneEvents"]>> {
  const oldest = db.prepare(`SELECT e.row, e.id, e.source, e.provider_event_id, e.received_at,
    e.body_sha256, length(e.headers) + length(e.body) AS bytes FROM events e INDEXED BY events_id
    WHERE e.id > ? AND e.id < ? ORDER BY e.id LIMIT ?`);
  const states = db.prepare(
    "SELECT state, subscription, order_key, position FROM deliveries WHERE event = ?",
  );
  const removeDeliveries = db.prepare("DELETE FROM deliveries WHERE event = ?");
  const removeEvent = db.prepare("DELETE FROM events WHERE row = ?");

  return function pruneEvents({ deliveredBefore, deadBefore, cursor, limit }, now) {
    const after = cursor !== null && isId(cursor, "evt") ? packId(cursor) : START;
    const before = idAtTime(Math.max(deliveredBefore, deadBefore));
    const [deliveredEnd, deadEnd] = [idAtTime(deliveredBefore), idAtTime(deadBefore)];
    const candidates = oldest.all(after, before, limit) as Row[];
    let removed = 0;
    let bytes = 0;
    for (const row of candidates) {
      const eventRow = row["row"] as number;
      const deliveries = states.all(eventRow) as Row[];
      if (deliveries.some((one) => (one["state"] as number) < STATE_CODES.delivered)) continue;
      const id = row["id"] as Uint8Array;
      const dead = deliveries.filter((one) => one["state"] === STATE_CODES.dead);
      const isOld = dead.length === 0 && Buffer.compare(id, deliveredEnd) < 0;
      if (!isOld && Buffer.compare(id, deadEnd) >= 0) continue;
      removeDeliveries.run(eventRow);
      removeEvent.run(eventRow);
      dedupe.remove(factsOf(row), row["body_sha256"] as Uint8Array, eventRow);
      // A dead one may have held back its key.
      for (const one of dead.flatMap(inOrder)) order.leave(one, now);
      order.forget(deliveries.flatMap(inOrder));
      removed += 1;
      bytes += row["bytes"] as number;
      if (bytes >= STEP_BYTES_MAX) return { removed, cursor: unpackId("evt", row["id"]) };
    }
    const last = candidates.length < limit ? null : unpackId("evt", candidates.at(-1)?.["id"]);
    return { removed, cursor: last };
  };
}

/** Whether events or refused requests were removed since the log was last emptied, and whether that pruning is over. */
export type Pruning = "none" | "running" | "ended";

/** Decides what a group of calls makes of {@linkcode Pruning}. */
export function noticePruning(
  before: Pruning,
  calls: readonly Call[],
  replies: readonly Reply[],
): Pruning {
  let pruning = before;
  for (const [index, { operation }] of calls.entries()) {
    const reply = replies[index];
    if (!reply || "error" in reply) continue;
    if (operation === "pruneEvents") {
      const { removed, cursor } = reply.value as Output<"pruneEvents">;
      if (removed > 0) pruning = "running";
      if (cursor === null && pruning !== "none") pruning = "ended";
    } else if (operation === "pruneQuarantine") {
      if ((reply.value as number) > 0) pruning = "running";
      else if (pruning !== "none") pruning = "ended";
    }
  }
  return pruning;
}

function factsOf(row: Row) {
  return {
    source: row["source"] as string,
    providerEventId: row["provider_event_id"] as string,
    receivedAt: row["received_at"] as number,
  };
}

function inOrder(row: Row): InOrder[] {
  const order = readOrder(row);
  return order ? [{ subscription: row["subscription"] as string, order }] : [];
}
