import type { DatabaseSync } from "node:sqlite";
import { type SeriesRoom, Tally } from "../contract/buckets.ts";
import { identify } from "../contract/identify.ts";
import type { Dedupe } from "./dedupe.ts";
import type { CountMetrics } from "./metrics.ts";
import type { EventKey, NewDeliveries } from "./new_delivery.ts";
import { type CommitInput, type PackedCapture, readCaptures } from "./packed_captures.ts";
import { packFlags, packId, prepare, STATE_CODES } from "./rows.ts";
import type { CommitAnswer } from "./wire.ts";

const SEEN_BEFORE = packFlags(["seen_before"]);

/** Options for a commit. */
export interface CommitOptions {
  /** Whether a duplicate's deliveries replace dead ones, and are stored of an unhandled event. @default {true} */
  replacesDead?: boolean;
}

/** What a commit works with. */
export interface PrepareCommitOptions {
  count: CountMetrics;
  series: SeriesRoom;
  dedupe: Dedupe;
  newDeliveries: NewDeliveries;
}

/** Stores captures: null if the revision is not current, else an answer for each. */
export type Commit = (
  now: number,
  input: CommitInput,
  options?: CommitOptions,
) => CommitAnswer[] | null;

/** Prepares {@linkcode Commit}. */
export function prepareCommit(
  db: DatabaseSync,
  { count, series, dedupe, newDeliveries }: PrepareCommitOptions,
): Commit {
  const revision = prepare<{ revision: number }>(db, "SELECT revision FROM facts");
  const insertEvent = prepare(
    db,
    `INSERT INTO events (row, id, source, provider, type,
     provider_type, received_at, provider_event_id, secret_id, address, address_chain, flags,
     unhandled, skipped, body_sha256, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const findEvent = prepare<EventKey & { unhandled: number }>(
    db,
    "SELECT row, id, length(body) AS bodyBytes, unhandled FROM events WHERE id = ?",
  );
  const handle = prepare(db, "UPDATE events SET unhandled = 0 WHERE row = ?");

  // Not SQLite's choice: a removed event's key still names its row.
  const last = prepare<{ row: number | null }>(
    db,
    "SELECT max(row) AS row FROM (SELECT max(row) AS row FROM events UNION ALL SELECT max(row) FROM removed)",
  );
  let nextRow = (last.get()?.row ?? 0) + 1;

  return function commit(now, input, options = {}) {
    const { replacesDead = true } = options;
    if (revision.get()?.revision !== input.revision) return null;
    const answers: CommitAnswer[] = [];
    const tally = new Tally(series, now);
    let received = 0;
    for (const capture of readCaptures(input)) {
      const answer = commitOne(capture, { now, replacesDead });
      const { source, type } = capture;
      const counts = tally.of({ source, type, subscription: "", outcome: "" });
      answers.push(answer);
      if (answer?.duplicate) counts.duplicates += 1;
      if (answer !== null && !answer.isNew) continue;
      counts.received += 1;
      received += 1;
    }
    count(now, tally);
    if (received > 0) dedupe.merge();
    return answers;
  };

  function commitOne(
    capture: PackedCapture,
    { now, replacesDead }: { now: number; replacesDead: boolean },
  ): CommitAnswer {
    const known = dedupe.look(capture, capture.sha256);
    const found = identify(capture, known);
    if (found.kind === "again") return storedBefore(capture.id);
    if (found.kind === "new") {
      const { seenBefore, keeps } = found;
      // A capture that was sent twice, of an event that another one's key stands for.
      if (!keeps && findEvent.get(packId(capture.id))) return storedBefore(capture.id);
      return insert(capture, { key: keeps ? known.key : null, seenBefore, now });
    }
    const answer = { ...storedBefore(found.eventId), duplicate: true };
    if (replacesDead) deliverAgain(capture, answer, now);
    return answer;
  }

  /**
   * Replaces the dead deliveries of a duplicate's stored event, if that has not been removed; stores its first ones if nobody
   * wanted it.
   */
  function deliverAgain(
    { deliveries }: PackedCapture,
    answer: NonNullable<CommitAnswer>,
    now: number,
  ): void {
    if (deliveries.length === 0) return;
    const event = findEvent.get(packId(answer.eventId));
    if (event === undefined) return;
    for (const [index, delivery] of deliveries.entries()) {
      const latest = newDeliveries.latest(event.row, delivery.subscription);
      if (event.unhandled === 0 && latest?.state !== STATE_CODES.dead) continue;
      // Without its claim: the caller has another request than the stored one, which is to be delivered.
      const part = newDeliveries.store({ ...delivery, claim: null }, event, { latest, now });
      answer.parts.push({ index, ...part });
    }
    if (event.unhandled === 1) handle.run(event.row);
  }

  /** Null if everything is stored as it was given, which is nearly always the case. */
  function insert(
    capture: PackedCapture,
    { key, seenBefore, now }: { key: Uint8Array | null; seenBefore: boolean; now: number },
  ): CommitAnswer {
    const id = packId(capture.id);
    const row = nextRow;
    nextRow += 1;
    insertEvent.run(
      row,
      id,
      capture.source,
      capture.provider,
      capture.type,
      capture.providerType,
      Math.round(capture.receivedAt),
      capture.providerEventId,
      capture.secretId,
      capture.address,
      capture.addressChain,
      capture.flags | (seenBefore ? SEEN_BEFORE : 0),
      capture.deliveries.length === 0 ? 1 : 0,
      capture.skipped.length === 0 ? null : JSON.stringify(capture.skipped),
      capture.sha256,
      capture.headers,
      capture.body,
    );
    const event: EventKey = { row, id, bodyBytes: capture.body.length };
    if (key !== null) dedupe.add(key, row);
    const stored = capture.deliveries.map((delivery) =>
      newDeliveries.store(delivery, event, { latest: null, now }),
    );
    if (!seenBefore && stored.every(({ order }) => order === null)) return null;
    const parts = stored.map((part, index) => ({ index, ...part }));
    return { eventId: capture.id, isNew: true, duplicate: false, seenBefore, parts };
  }
}

function storedBefore(eventId: string): NonNullable<CommitAnswer> {
  const parts: [] = [];
  return { eventId, isNew: false, duplicate: false, seenBefore: false, parts };
}
