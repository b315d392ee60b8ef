import type { DatabaseSync } from "node:sqlite";
import type { Dedupe, DedupeAnswer } from "./dedupe.ts";
import type { CountMetrics } from "./metrics.ts";
import type { EventKey, NewDeliveries } from "./new_delivery.ts";
import { packFlags, packId, prepare, STATE_CODES, unpackId } from "./rows.ts";
import type { CommitAnswer, CommitInput, PackedCapture } from "./wire.ts";

/** Bytes of the body's digest; they come first among an event's bytes. */
const SHA256_BYTES = 32;

/** Bytes of one capture. */
interface CaptureBytes {
  sha256: Uint8Array;
  headers: Uint8Array;
  body: Uint8Array;
}

/** Options for a commit. */
export interface CommitOptions {
  /** Whether a duplicate's deliveries replace dead ones. @default {true} */
  replacesDead?: boolean;
}

/** What a commit works with. */
export interface PrepareCommitOptions {
  count: CountMetrics;
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
  { count, dedupe, newDeliveries }: PrepareCommitOptions,
): Commit {
  const revision = prepare<{ revision: number }>(db, "SELECT revision FROM facts");
  const insertEvent = prepare(
    db,
    `INSERT INTO events (id, source, provider, type,
     provider_type, received_at, provider_event_id, secret_id, address, address_chain, flags,
     unhandled, skipped, body_sha256, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  return function commit(now, { revision: matched, captures, bytes }, options = {}) {
    const { replacesDead = true } = options;
    if (revision.get()?.revision !== matched) return null;
    const answers: CommitAnswer[] = [];
    let offset = 0;
    let received = 0;
    for (const capture of captures) {
      const parts = cut(bytes, offset, capture);
      offset += SHA256_BYTES + capture.headersBytes + capture.bodyBytes;
      const answer = commitOne(capture, parts, { now, replacesDead });
      if (answer === null || answer.isNew) received += 1;
      answers.push(answer);
    }
    if (received > 0) {
      count(now, { received });
      dedupe.merge();
    }
    return answers;
  };

  function commitOne(
    capture: PackedCapture,
    parts: CaptureBytes,
    { now, replacesDead }: { now: number; replacesDead: boolean },
  ): CommitAnswer {
    const known = dedupe.look(capture, parts.sha256);
    if (known.first) {
      return answerKnown(capture, known.first, { bytes: parts.body.length, now, replacesDead });
    }
    return insert(capture, parts, { known, now });
  }

  /** Answers a stored event that came again: as itself, or as a duplicate that may replace dead deliveries. */
  function answerKnown(
    capture: PackedCapture,
    first: { row: number; id: Uint8Array },
    { bytes, now, replacesDead }: { bytes: number; now: number; replacesDead: boolean },
  ): CommitAnswer {
    const eventId = unpackId("evt", first.id);
    const answer: CommitAnswer = { eventId, isNew: false, duplicate: false, parts: [] };
    if (eventId === capture.id) return answer;
    answer.duplicate = true;
    if (!replacesDead) return answer;
    // A duplicate has the same body.
    const event: EventKey = { ...first, bodyBytes: bytes };
    for (const [index, delivery] of capture.deliveries.entries()) {
      const latest = newDeliveries.latest(first.row, delivery.subscription);
      if (latest?.state !== STATE_CODES.dead) continue;
      const part = newDeliveries.store(delivery, event, { latest, now });
      answer.parts.push({ index, ...part });
    }
    return answer;
  }

  /** Null if everything is stored as it was given, which is nearly always the case. */
  function insert(
    capture: PackedCapture,
    { sha256, headers, body }: CaptureBytes,
    { known, now }: { known: DedupeAnswer; now: number },
  ): CommitAnswer {
    const id = packId(capture.id);
    const { lastInsertRowid } = insertEvent.run(
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
      packFlags(capture.flags) | (known.reused ? packFlags(["key_reused"]) : 0),
      capture.deliveries.length === 0 ? 1 : 0,
      capture.skipped.length === 0 ? null : JSON.stringify(capture.skipped),
      sha256,
      headers,
      body,
    );
    const event: EventKey = { row: Number(lastInsertRowid), id, bodyBytes: body.length };
    dedupe.add(known.key, event.row);
    const stored = capture.deliveries.map((delivery) =>
      newDeliveries.store(delivery, event, { latest: null, now }),
    );
    if (stored.every(({ order }) => order === null)) return null;
    const parts = stored.map((part, index) => ({ index, ...part }));
    return { eventId: capture.id, isNew: true, duplicate: false, parts };
  }
}

function cut(
  bytes: Uint8Array,
  offset: number,
  { headersBytes, bodyBytes }: PackedCapture,
): CaptureBytes {
  const headersAt = offset + SHA256_BYTES;
  const bodyAt = headersAt + headersBytes;
  return {
    sha256: bytes.subarray(offset, headersAt),
    headers: bytes.subarray(headersAt, bodyAt),
    body: bytes.subarray(bodyAt, bodyAt + bodyBytes),
  };
}
