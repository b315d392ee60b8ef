import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "@hookgate/types";
import type { Claim, ClaimedDelivery, Slots } from "../contract/deliveries.ts";
import {
  DELIVERY_COLUMNS,
  type Row,
  readDelivery,
  readEvent,
  STATE_CODES,
  SUMMARY_COLUMNS,
} from "./rows.ts";
import type { Waiting } from "./waiting.ts";

/** What `claimDue` is given. */
export interface ClaimInput {
  claim: Claim;
  slots: ReadonlyMap<string, Slots>;
  limit: number;
  bytesMax: number;
}

/** A delivery that is due: its row and since when. */
interface Candidate {
  row: number;
  dueAt: number;
  /** 1 where a replay made it, else 0. */
  replayed: number;
}

/** Prepares `claimDue`. */
export function prepareClaimDue(
  db: DatabaseSync,
  waiting: Waiting,
): (input: ClaimInput, now: number) => ClaimedDelivery[] {
  const due = db.prepare(`SELECT row, next_at FROM deliveries INDEXED BY deliveries_due
    WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at <= ?
    ORDER BY next_at, row LIMIT ?`);
  const claimRow = db.prepare(`UPDATE deliveries SET state = ${STATE_CODES.running}, next_at = NULL,
    dispatcher = ?, token = ? WHERE row = ?`);
  const read =
    db.prepare(`SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}, e.headers, e.body
    FROM deliveries d JOIN events e ON e.row = d.event WHERE d.row = ?`);

  function findDue({ slots, limit }: ClaimInput, now: number): Candidate[] {
    const found: Candidate[] = [];
    for (const name of waiting.unpaused(slots.keys())) {
      const { deliveries = 0, replayed = 0 } = slots.get(name) ?? {};
      const live = findOf(name, { replayed: 0, count: Math.min(deliveries, limit), now });
      const left = Math.min(replayed, deliveries - live.length, limit - live.length);
      found.push(...live, ...findOf(name, { replayed: 1, count: left, now }));
    }
    return found
      .sort((a, b) => a.replayed - b.replayed || a.dueAt - b.dueAt || a.row - b.row)
      .slice(0, limit);
  }

  function findOf(
    name: string,
    { replayed, count, now }: { replayed: 0 | 1; count: number; now: number },
  ): Candidate[] {
    if (count <= 0) return [];
    return due.all(name, replayed, now, count).map((row) => ({
      row: row["row"] as number,
      dueAt: row["next_at"] as number,
      replayed,
    }));
  }

  return function claimDue(input, now) {
    const { claim, slots, bytesMax } = input;
    const claimed: ClaimedDelivery[] = [];
    const bytesOf = new Map<string, number>();
    const full = new Set<string>();
    let bytes = 0;
    for (const { row } of findDue(input, now)) {
      const found = read.get(row) as Row;
      const subscription = found["subscription"] as string;
      if (full.has(subscription)) continue;
      const event = readEvent(found);
      const ofSubscription = (bytesOf.get(subscription) ?? 0) + event.body.length;
      if (bytesOf.has(subscription) && ofSubscription > (slots.get(subscription)?.bytes ?? 0)) {
        full.add(subscription);
        continue;
      }
      bytes += event.body.length;
      if (claimed.length > 0 && bytes > bytesMax) break;
      bytesOf.set(subscription, ofSubscription);
      claimRow.run(claim.dispatcherId, claim.token, row);
      const delivery: Delivery = { ...readDelivery(found), state: "running", nextAttemptAt: null };
      claimed.push({ delivery, event, claim });
    }
    return claimed;
  };
}
