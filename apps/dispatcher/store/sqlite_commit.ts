import type { DatabaseSync } from "node:sqlite";
import { type DedupeAnswer, prepareDedupe } from "./sqlite_dedupe.ts";
import type { CommitAnswer, PackedCapture, PackedDelivery } from "./sqlite_messages.ts";
import type { CountMetrics } from "./sqlite_metrics.ts";
import { packFlags, packId, STATE_CODES, unpackId } from "./sqlite_rows.ts";

/** Bytes of the body's digest; they come first among an event's bytes. */
const SHA256_BYTES = 32;

/** What `commit` is given. */
export interface CommitInput {
  revision: number;
  captures: readonly PackedCapture[];
  /** Digest, headers and body of each capture, one after the other. */
  bytes: Uint8Array;
}

/** Bytes of one capture. */
interface CaptureBytes {
  sha256: Uint8Array;
  headers: Uint8Array;
  body: Uint8Array;
}

/** How rows and ids name one event. */
interface EventKey {
  row: number;
  id: Uint8Array;
}

/** Options for a commit. */
export interface CommitOptions {
  /** Whether a duplicate's deliveries replace dead ones. @default {true} */
  replacesDead?: boolean;
}

/** Prepares `commit`: null where the revision is another, else an answer for each capture. */
export function prepareCommit(
  db: DatabaseSync,
  count: CountMetrics,
): (input: CommitInput, now: number, options?: CommitOptions) => CommitAnswer[] | null {
  const revision = db.prepare("SELECT revision FROM facts");
  const dedupe = prepareDedupe(db);
  const insertEvent = db.prepare(`INSERT INTO events (id, source, provider, type,
    provider_type, received_at, provider_event_id, secret_id, address, address_chain, flags,
    unhandled, body_sha256, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertDelivery = db.prepare(`INSERT INTO deliveries (id, event, event_id, subscription,
    generation, replay_of, state, next_at, dispatcher, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const latest = db.prepare(`SELECT id, generation, state FROM deliveries
    WHERE event = ? AND subscription = ? ORDER BY generation DESC LIMIT 1`);

  return function commit({ revision: matched, captures, bytes }, now, options = {}) {
    const { replacesDead = true } = options;
    if (revision.get()?.["revision"] !== matched) return null;
    const answers: CommitAnswer[] = [];
    let offset = 0;
    let received = 0;
    for (const capture of captures) {
      const parts = cut(bytes, offset, capture);
      offset += SHA256_BYTES + capture.headersBytes + capture.bodyBytes;
      const answer = commitOne(capture, parts, { now, replacesDead });
      if (answer === null) received += 1;
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
    if (known.first) return answerKnown(capture, known.first, { now, replacesDead });
    insert(capture, parts, { known, now });
    return null;
  }

  /** A stored event came again: as itself, or as a duplicate that may replace dead deliveries. */
  function answerKnown(
    capture: PackedCapture,
    event: EventKey,
    { now, replacesDead }: { now: number; replacesDead: boolean },
  ): CommitAnswer {
    const eventId = unpackId("evt", event.id);
    if (eventId === capture.id) return { eventId, duplicate: false, replacements: [] };
    const answer: CommitAnswer = { eventId, duplicate: true, replacements: [] };
    if (!replacesDead) return answer;
    for (const [index, delivery] of capture.deliveries.entries()) {
      const last = latest.get(event.row, delivery.subscription);
      if (last?.["state"] !== STATE_CODES.dead) continue;
      const generation = (last["generation"] as number) + 1;
      const replayOf = last["id"] as Uint8Array;
      store(delivery, event, { generation, replayOf, now });
      answer.replacements.push({ index, generation, replayOf: unpackId("dlv", replayOf) });
    }
    return answer;
  }

  function insert(
    capture: PackedCapture,
    { sha256, headers, body }: CaptureBytes,
    { known, now }: { known: DedupeAnswer; now: number },
  ): void {
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
      sha256,
      headers,
      body,
    );
    const event = { row: Number(lastInsertRowid), id };
    dedupe.add(known.key, event.row);
    for (const delivery of capture.deliveries) {
      store(delivery, event, { generation: 1, replayOf: null, now });
    }
  }

  function store(
    { id, subscription, claim }: PackedDelivery,
    event: EventKey,
    { generation, replayOf, now }: { generation: number; replayOf: Uint8Array | null; now: number },
  ): void {
    insertDelivery.run(
      packId(id),
      event.row,
      event.id,
      subscription,
      generation,
      replayOf,
      claim ? STATE_CODES.running : STATE_CODES.waiting,
      claim ? null : now,
      claim?.dispatcherId ?? null,
      claim?.token ?? null,
    );
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
