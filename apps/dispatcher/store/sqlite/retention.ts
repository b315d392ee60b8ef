import type { DatabaseSync } from "node:sqlite";
import { isPrunable, pruneBorder } from "../contract/decide_prune.ts";
import { isId } from "../contract/ids.ts";
import type { Dedupe } from "./dedupe.ts";
import type { InOrder, Order } from "./order.ts";
import {
  ID_START,
  type OrderRow,
  packId,
  prepare,
  readOrder,
  readState,
  STATE_CODES,
  unpackId,
} from "./rows.ts";
import type { Call, OperationsOf, Output, Reply } from "./wire.ts";

/** Bytes of events removed in one step: overwriting them delays ingest and takes room in the log. */
const STEP_BYTES_MAX = 1024 * 1024;

/** Deliveries looked at in one step, 20 to 40 µs each; those of one event at least, who may have been wanted by many. */
const STEP_DELIVERIES_MAX = 400;

interface OldEventRow {
  row: number;
  id: Uint8Array;
  bytes: number;
}

interface EndedRow extends OrderRow {
  state: number;
  subscription: string;
}

/** Prepares `pruneEvents`. */
export function preparePruneEvents(
  db: DatabaseSync,
  { dedupe, order }: { dedupe: Pick<Dedupe, "remove">; order: Order },
): OperationsOf<"pruneEvents"> {
  const oldest = prepare<OldEventRow>(
    db,
    `SELECT e.row, e.id, length(e.headers) + length(e.body) AS bytes FROM events e INDEXED BY events_id
     WHERE e.id > ? AND e.id < ? ORDER BY e.id LIMIT ?`,
  );
  const ended = prepare<EndedRow>(
    db,
    "SELECT state, subscription, order_key, position FROM deliveries WHERE event = ?",
  );
  const removeDeliveries = prepare(db, "DELETE FROM deliveries WHERE event = ?");
  const removeEvent = prepare(db, "DELETE FROM events WHERE row = ?");

  return {
    pruneEvents(now, { cursor: from, limit, ...times }) {
      const after = from !== null && isId(from, "evt") ? packId(from) : ID_START;
      let cursor = from;
      const candidates = oldest.all(after, packId(pruneBorder(times)), limit);
      let removed = 0;
      let bytes = 0;
      let seen = 0;
      for (const event of candidates) {
        if (bytes >= STEP_BYTES_MAX || seen >= STEP_DELIVERIES_MAX) return { removed, cursor };
        const deliveries = ended.all(event.row);
        seen += deliveries.length;
        const states = deliveries.map(({ state }) => readState(state));
        const id = unpackId("evt", event.id);
        cursor = id;
        if (!isPrunable(id, states, times)) continue;
        removeDeliveries.run(event.row);
        removeEvent.run(event.row);
        dedupe.remove(event);
        // A dead delivery may have held back its key.
        const dead = deliveries.filter(({ state }) => state === STATE_CODES.dead);
        for (const one of dead.flatMap(inOrder)) order.leave(one, now);
        order.forget(deliveries.flatMap(inOrder));
        removed += 1;
        bytes += event.bytes;
      }
      const last = candidates.length < limit ? undefined : candidates.at(-1);
      return { removed, cursor: last ? unpackId("evt", last.id) : null };
    },
  };
}

/** `running`: something was removed since the log was last emptied. `ended`: and that pruning is complete. */
export type Pruning = "none" | "running" | "ended";

/** Returns the state of pruning after a group of calls. */
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

function inOrder(row: EndedRow): InOrder[] {
  const order = readOrder(row);
  return order ? [{ subscription: row.subscription, order }] : [];
}
