import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { DIGEST_DEDUPE_MS } from "./event_store.ts";
import type { CommitAnswer, PackedCapture, PackedDelivery } from "./sqlite_messages.ts";
import type { CountMetrics } from "./sqlite_metrics.ts";
import { packFlags, packId, STATE_CODES, unpackId } from "./sqlite_rows.ts";

/** Sources whose hash is remembered. */
const SOURCES_REMEMBERED_MAX = 10_000;

/** Rows that are looked at to tell a reused key from a chance collision of 64 bits. */
const COLLISIONS_MAX = 16;

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

/** Prepares `commit`: null where the revision is another, else an answer for each capture. */
export function prepareCommit(
  db: DatabaseSync,
  count: CountMetrics,
): (input: CommitInput, now: number) => CommitAnswer[] | null {
  const revision = db.prepare("SELECT revision FROM facts");
  const sameKey = db.prepare("SELECT 1 FROM events WHERE dedupe >= ? AND dedupe < ? LIMIT 1");
  const sameId = db.prepare(`SELECT row, id FROM events
    WHERE dedupe = ? AND source = ? AND provider_event_id = ? AND body_sha256 = ? LIMIT 1`);
  const sameDigest = db.prepare(`SELECT row, id FROM events
    WHERE dedupe = ? AND source = ? AND provider_event_id = '' AND body_sha256 = ?
      AND received_at BETWEEN ? AND ? ORDER BY row DESC LIMIT 1`);
  const reusedKey = db.prepare(`SELECT source = ? AND provider_event_id = ? AS reused FROM events
    WHERE dedupe >= ? AND dedupe < ? LIMIT ${COLLISIONS_MAX}`);
  const insertEvent =
    db.prepare(`INSERT INTO events (id, dedupe, source, provider, type, received_at,
    provider_event_id, secret_id, address, flags, unhandled, body_sha256, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertDelivery = db.prepare(`INSERT INTO deliveries (id, event, event_id, subscription,
    generation, replay_of, state, next_at, dispatcher, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const latest = db.prepare(`SELECT id, generation, state FROM deliveries
    WHERE event = ? AND subscription = ? ORDER BY generation DESC LIMIT 1`);
  const hashKey = createKeyHash();

  return function commit({ revision: matched, captures, bytes }, now) {
    if (revision.get()?.["revision"] !== matched) return null;
    const answers: CommitAnswer[] = [];
    let offset = 0;
    let received = 0;
    for (const capture of captures) {
      const parts = cut(bytes, offset, capture);
      offset += SHA256_BYTES + capture.headersBytes + capture.bodyBytes;
      const answer = commitOne(capture, parts, now);
      if (answer === null) received += 1;
      answers.push(answer);
    }
    if (received > 0) count(now, { received });
    return answers;
  };

  function commitOne(capture: PackedCapture, parts: CaptureBytes, now: number): CommitAnswer {
    const { source, providerEventId } = capture;
    const key = hashKey(source, providerEventId);
    const dedupe = Buffer.concat([key, parts.sha256.subarray(0, 8)]);
    const [low, high] = providerEventId === "" ? [dedupe, after(dedupe)] : [key, after(key)];
    // One look suffices for nearly all: nothing begins like this one.
    const seen = sameKey.get(low, high) !== undefined;
    const first = seen ? findSame(capture, dedupe, parts.sha256) : undefined;
    if (first) return answerKnown(capture, first, now);
    const reused =
      seen &&
      providerEventId !== "" &&
      reusedKey.all(source, providerEventId, low, high).some((row) => row["reused"] === 1);
    insert(capture, parts, { dedupe, reused, now });
    return null;
  }

  function findSame(capture: PackedCapture, dedupe: Uint8Array, sha256: Uint8Array) {
    const { source, providerEventId, receivedAt } = capture;
    if (providerEventId !== "") return sameId.get(dedupe, source, providerEventId, sha256);
    const [from, to] = [receivedAt - DIGEST_DEDUPE_MS, receivedAt + DIGEST_DEDUPE_MS];
    return sameDigest.get(dedupe, source, sha256, from, to);
  }

  /** A stored event came again: as itself, or as a duplicate that may replace dead deliveries. */
  function answerKnown(
    capture: PackedCapture,
    first: NonNullable<ReturnType<StatementSync["get"]>>,
    now: number,
  ): CommitAnswer {
    const eventId = unpackId("evt", first["id"]);
    if (eventId === capture.id) return { eventId, duplicate: false, replacements: [] };
    const event = { row: first["row"] as number, id: first["id"] as Uint8Array };
    const answer: CommitAnswer = { eventId, duplicate: true, replacements: [] };
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
    { dedupe, reused, now }: { dedupe: Uint8Array; reused: boolean; now: number },
  ): void {
    const id = packId(capture.id);
    const { lastInsertRowid } = insertEvent.run(
      id,
      dedupe,
      capture.source,
      capture.provider,
      capture.type,
      Math.round(capture.receivedAt),
      capture.providerEventId,
      capture.secretId,
      capture.address,
      packFlags(capture.flags) | (reused ? packFlags(["key_reused"]) : 0),
      capture.deliveries.length === 0 ? 1 : 0,
      sha256,
      headers,
      body,
    );
    const event = { row: Number(lastInsertRowid), id };
    for (const delivery of capture.deliveries) {
      store(delivery, event, { generation: 1, replayOf: null, now });
    }
  }

  function store(
    { id, subscription, claim }: PackedDelivery,
    event: { row: number; id: Uint8Array },
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

/** 8 bytes for source and key. Without a provider's id the key is the digest, which stands beside these bytes anyway. */
function createKeyHash(): (source: string, providerEventId: string) => Uint8Array {
  const bySource = new Map<string, Uint8Array>();
  return (source, providerEventId) => {
    if (providerEventId !== "") return hash8(`${source.length}:${source}id:${providerEventId}`);
    const known = bySource.get(source);
    if (known) return known;
    const key = hash8(`${source.length}:${source}digest`);
    if (bySource.size >= SOURCES_REMEMBERED_MAX) bySource.clear();
    bySource.set(source, key);
    return key;
  };
}

function hash8(text: string): Uint8Array {
  return hash("sha256", text, "buffer").subarray(0, 8);
}

/** The least bytes that are greater than all that begin with `prefix`. */
function after(prefix: Uint8Array): Uint8Array {
  const bytes = Buffer.from(prefix);
  for (let n = bytes.length - 1; n >= 0; n -= 1) {
    const byte = bytes[n] ?? 0;
    bytes[n] = byte + 1;
    if (byte < 255) return bytes;
  }
  return Buffer.alloc(prefix.length + SHA256_BYTES, 255);
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
