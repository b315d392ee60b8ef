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
     WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at <= ?
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

  function findDue(room: ClaimRoom, names: Iterable<string>, now: number): Due[] {
    const unpaused = new Set(waiting.unpaused(names));
    return room
      .wanted()
      .filter(({ subscription }) => unpaused.has(subscription))
      .flatMap(({ subscription, replayed, count }) =>
        due
          .all(subscription, replayed ? 1 : 0, time.whenClockShows(now), count)
          .map(([row, dueAt]) => ({ row, dueAt, subscription, replayed })),
      )
      .sort(
        (a, b) => Number(a.replayed) - Number(b.replayed) || a.dueAt - b.dueAt || a.row - b.row,
      );
  }

  /** The first of them, as many as there is room for. */
  function choose(room: ClaimRoom, found: readonly Due[]): ClaimedRow[] {
    const chosen: ClaimedRow[] = [];
    for (let at = 0; at < found.length; at += READ_ROWS_MAX) {
      const some = found
        .slice(at, at + READ_ROWS_MAX)
        .filter(({ subscription, replayed }) => room.hasSlot(subscription, replayed));
      if (some.length === 0) continue;
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
      const chosen = choose(room, findDue(room, options.slots.keys(), now));
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

function rowsOf(deliveries: readonly { row: number }[]): string {
  return JSON.stringify(deliveries.map(({ row }) => row));
}
