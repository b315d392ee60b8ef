import type { DatabaseSync } from "node:sqlite";
import { ClaimRoom } from "../contract/claim_room.ts";
import {
  type ClaimedRow,
  type EventRow,
  packClaims,
  RARE_COLUMNS,
  type RareRow,
} from "./packed_claims.ts";
import { prepare, prepareArrays, STATE_CODES } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { Waiting } from "./waiting.ts";
import type { OperationsOf } from "./wire.ts";

/** Due deliveries that are read in one call. What is read and has no room then was read in vain. */
const READ_ROWS_MAX = 128;

/** A queue that deliveries are claimed from: those of a subscription that are live, or were made by a replay. */
interface Queue {
  subscription: string;
  replayed: boolean;
  /** How many more are worth reading. */
  left: number;
  /** What was read, the first one last. */
  read: Due[];
}

/** A delivery that is due. */
interface Due {
  row: number;
  dueAt: number;
  subscription: string;
  replayed: boolean;
}

/** The columns that every claim needs of a delivery, and its place among those that are asked for. */
type DueRow = [
  place: number,
  id: Uint8Array,
  event: number,
  bodyBytes: number,
  generation: number,
  attempt: number,
  attemptBase: number,
  interruptions: number,
  suspect: number,
  isRare: number,
];

/** Prepares `claimDue`. An event is read once for all of its deliveries that are claimed together. */
export function prepareClaimDue(
  db: DatabaseSync,
  { waiting, time }: { waiting: Waiting; time: SteadyTime },
): OperationsOf<"claimDue"> {
  // All of it is in the index. A bare parameter as the limit would have SQLite compile the statement each time it is bound, which
  // takes ten times as long as a look that finds nothing: a claim looks for every subscription.
  const due = prepareArrays<[row: number, nextAt: number]>(
    db,
    `SELECT row, next_at FROM deliveries INDEXED BY deliveries_due
     WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at <= ? AND (next_at, row) > (?, ?)
     ORDER BY next_at, row LIMIT +?`,
  );
  const read = prepareArrays<DueRow>(
    db,
    `SELECT j.key, d.id, d.event, d.body_bytes, d.generation, d.attempt, d.attempt_base, d.interruptions,
     d.suspect, d.order_key IS NOT NULL OR d.replay_of IS NOT NULL OR d.replay IS NOT NULL OR d.attempt > 0
       OR d.attempts <> '[]' OR d.reason <> ''
     FROM json_each(?) j CROSS JOIN deliveries d ON d.row = j.value`,
  );
  const readRare = prepare<RareRow>(db, `SELECT ${RARE_COLUMNS} FROM deliveries WHERE row = ?`);
  const readEvents = prepareArrays<EventRow>(
    db,
    `SELECT e.row, e.id, e.source, e.provider, e.type, e.provider_type, e.provider_event_id, e.secret_id,
     e.address, e.address_chain, e.received_at, e.flags, e.body_sha256, e.headers, e.body
     FROM json_each(?) j CROSS JOIN events e ON e.row = j.value`,
  );
  const claimRows = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.running}, next_at = NULL,
     dispatcher = ?, token = ? WHERE row IN (SELECT value FROM json_each(?))`,
  );
  // The file was damaged, or changed by hand: it would stay due for ever, in the way of others.
  const endLost = prepare(
    db,
    `UPDATE deliveries SET state = ${STATE_CODES.dead}, next_at = NULL,
     reason = 'its event is not stored' WHERE row = ?`,
  );

  /** Reads the next few of a queue, after the last that was read; returns whether there are any. */
  function readMore(queue: Queue, options: { now: number; count: number; after: Due | null }) {
    const { subscription, replayed } = queue;
    const { now, count, after } = options;
    const [at, last] = after ? [after.dueAt, after.row] : [Number.MIN_SAFE_INTEGER, 0];
    const until = time.whenClockShows(now);
    const rows = due.all(
      subscription,
      replayed ? 1 : 0,
      until,
      at,
      last,
      Math.min(queue.left, count),
    );
    queue.left = rows.length < count ? 0 : queue.left - rows.length;
    queue.read = rows.map(([row, dueAt]) => ({ row, dueAt, subscription, replayed })).reverse();
    return rows.length > 0;
  }

  /**
   * What is due, in the order in which it is claimed. Of each queue about its share of the limit is read at once: many may have a
   * backlog, and what is claimed may be of one.
   */
  function* inTurn(room: ClaimRoom, { slots, limit, now }: InTurnOptions): Generator<Due> {
    const unpaused = new Set(waiting.unpaused(slots.keys()));
    const queues = room
      .wanted()
      .filter(({ subscription }) => unpaused.has(subscription))
      .map(({ count, ...queue }): Queue => ({ ...queue, left: count, read: [] }));
    const count = Math.max(1, Math.ceil(limit / queues.length));
    // The next one last.
    const order = queues
      .filter((queue) => readMore(queue, { now, count, after: null }))
      .sort((a, b) => byTurn(b, a));
    for (let queue = order.pop(); queue !== undefined; queue = order.pop()) {
      const next = queue.read.pop();
      if (next === undefined) continue;
      yield next;
      if (queue.read.length === 0 && queue.left > 0) readMore(queue, { now, count, after: next });
      if (queue.read.length > 0) order.splice(placeOf(queue, order), 0, queue);
    }
  }

  /** The first that are due, as many as there is room for. */
  function choose(room: ClaimRoom, options: InTurnOptions): ClaimedRow[] {
    const chosen: ClaimedRow[] = [];
    const found = inTurn(room, options);
    while (chosen.length < options.limit) {
      const some: Due[] = [];
      const count = Math.min(options.limit - chosen.length, READ_ROWS_MAX);
      while (some.length < count) {
        const { value: next, done } = found.next();
        if (done) break;
        if (room.hasSlot(next.subscription, next.replayed)) some.push(next);
      }
      if (some.length === 0) break;
      for (const [place, id, event, bodyBytes, ...columns] of read.all(rowsOf(some))) {
        const { row, subscription, replayed } = some[place] as Due;
        const answer = room.offer({ subscription, replayed, bodyBytes });
        if (answer === "stop") return chosen;
        if (answer === "skip") continue;
        const [generation, attempt, attemptBase, interruptions, suspect, isRare] = columns;
        const rare = isRare === 1 ? readRare.get(row) : undefined;
        const counts = { generation, attempt, attemptBase, interruptions, suspect };
        chosen.push({ row, id, event, subscription, ...counts, rare });
      }
    }
    return chosen;
  }

  return {
    claimDue(now, { claim, ...options }) {
      const room = new ClaimRoom(options);
      const chosen = choose(room, { ...options, now });
      if (chosen.length === 0) return packClaims([], []);
      const eventRows = [...new Set(chosen.map(({ event }) => event))];
      const events = readEvents.all(JSON.stringify(eventRows));
      const stored = new Set(events.map(([row]) => row));
      const claimed = chosen.filter(({ event }) => stored.has(event));
      for (const { event, row } of chosen) if (!stored.has(event)) endLost.run(row);
      claimRows.run(claim.dispatcherId, claim.token, rowsOf(claimed));
      return packClaims(events, claimed);
    },
  };
}

interface InTurnOptions {
  slots: ReadonlyMap<string, unknown>;
  limit: number;
  now: number;
}

/** Live before replayed, then by due time. */
function byTurn(a: Queue, b: Queue): number {
  const [first, second] = [a.read.at(-1), b.read.at(-1)];
  if (first === undefined || second === undefined) return 0;
  const live = Number(first.replayed) - Number(second.replayed);
  return live || first.dueAt - second.dueAt || first.row - second.row;
}

/** Where a queue belongs among those that are in turn, the next one last. */
function placeOf(queue: Queue, order: readonly Queue[]): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byTurn(order[middle] as Queue, queue) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowsOf(deliveries: readonly { row: number }[]): string {
  return JSON.stringify(deliveries.map(({ row }) => row));
}
