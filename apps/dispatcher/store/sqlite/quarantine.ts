import type { DatabaseSync } from "node:sqlite";
import type { QuarantinedRequest, QuarantineReason } from "@hookgate/types";
import {
  QUARANTINE_BYTES_MAX,
  QUARANTINE_REQUESTS_MAX,
  type QuarantinePage,
  type QuarantineQuery,
} from "../contract/quarantine.ts";
import type { PackedQuarantined, QuarantineInput } from "./messages.ts";
import { isId, packId, type Row, unpackId } from "./rows.ts";

/** Requests that one page looks at, whatever it finds. */
const REQUESTS_SEEN_MAX = 1_000;

/** Requests, and about how many of their bytes, that one step of `prune` removes: their pages are overwritten. */
const PRUNE_STEP_MAX = 500;
const PRUNE_STEP_BYTES_MAX = 1024 * 1024;

/** Comes after every id. */
const END = Buffer.alloc(17, 255);

const SUMMARY = `q.id, q.source, q.provider, q.received_at, q.reason, q.released_as, q.address,
  q.address_chain, q.method, q.url, q.diagnosis`;

/** Requests that were refused. */
export interface Quarantine {
  /** Keeps those that their source has room for; returns how many were added. */
  keep(input: QuarantineInput): number;
  list(query: QuarantineQuery): QuarantinePage;
  get(id: string): QuarantinedRequest | null;
  /** Removes some requests, and returns how many; 0 when none is left. */
  prune(receivedBefore: number): number;
}

/** Prepares {@linkcode Quarantine}. What is kept of each source is in a row of its own: nothing is ever counted. */
export function prepareQuarantine(db: DatabaseSync): Quarantine {
  const insert = db.prepare(`INSERT INTO quarantine (id, source, provider, received_at, reason,
    bytes, address, address_chain, method, url, diagnosis, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`);
  const add = db.prepare(`INSERT INTO quarantine_sources VALUES (?1, ?2, ?3)
    ON CONFLICT (source) DO UPDATE SET requests = requests + ?2, bytes = bytes + ?3`);
  const held = db.prepare("SELECT requests, bytes FROM quarantine_sources WHERE source = ?");
  const forget = db.prepare("DELETE FROM quarantine_sources WHERE source = ? AND requests = 0");
  const oldest = db.prepare(`SELECT q.row, q.source, q.bytes FROM quarantine q
    INDEXED BY quarantine_source WHERE q.source = ? ORDER BY q.id`);
  const before = db.prepare(`SELECT q.row, q.source, q.bytes FROM quarantine q
    INDEXED BY quarantine_received WHERE q.received_at < ? ORDER BY q.received_at
    LIMIT ${PRUNE_STEP_MAX}`);
  const remove = db.prepare("DELETE FROM quarantine WHERE row = ?");
  const newest = (where: string, index: string) =>
    db.prepare(`SELECT ${SUMMARY}, length(q.body) AS body_bytes FROM quarantine q
      INDEXED BY ${index} WHERE ${where} AND q.id < ? ORDER BY q.id DESC`);
  const all = newest("1", "quarantine_id");
  const ofSource = newest("q.source = ?", "quarantine_source");
  const whole = db.prepare(`SELECT ${SUMMARY}, q.headers, q.body FROM quarantine q WHERE q.id = ?`);

  /** Adds one request; null where it is there already, or larger than all the room of its source. */
  function keepOne(request: PackedQuarantined, bytes: Uint8Array): number | null {
    if (bytes.length > QUARANTINE_BYTES_MAX) return null;
    const { changes, lastInsertRowid } = insert.run(
      packId(request.id),
      request.source,
      request.provider,
      Math.round(request.receivedAt),
      request.reason,
      bytes.length,
      request.address,
      request.addressChain,
      request.method,
      request.url,
      JSON.stringify(request.diagnosis),
      bytes.subarray(0, request.headersBytes),
      bytes.subarray(request.headersBytes),
    );
    if (changes === 0) return null;
    add.run(request.source, 1, bytes.length);
    return Number(lastInsertRowid);
  }

  /** Removes a source's oldest until the rest is within bounds; returns their rows. */
  function makeRoom(source: string): number[] {
    const now = held.get(source);
    let [requests, bytes] = [Number(now?.["requests"] ?? 0), Number(now?.["bytes"] ?? 0)];
    const excess: Row[] = [];
    for (const row of oldest.iterate(source)) {
      if (requests <= QUARANTINE_REQUESTS_MAX && bytes <= QUARANTINE_BYTES_MAX) break;
      requests -= 1;
      bytes -= row["bytes"] as number;
      excess.push(row);
    }
    removeAll(excess);
    return excess.map((row) => row["row"] as number);
  }

  function removeAll(rows: readonly Row[]): void {
    for (const row of rows) {
      const source = row["source"] as string;
      remove.run(row["row"] as number);
      add.run(source, -1, -(row["bytes"] as number));
      forget.run(source);
    }
  }

  return {
    keep({ requests, bytes }) {
      const added = new Set<number>();
      let offset = 0;
      for (const request of requests) {
        const end = offset + request.headersBytes + request.bodyBytes;
        const row = keepOne(request, bytes.subarray(offset, end));
        if (row !== null) added.add(row);
        offset = end;
      }
      for (const source of new Set(requests.map((request) => request.source))) {
        for (const row of makeRoom(source)) added.delete(row);
      }
      return added.size;
    },

    list({ source, reason, includeReleased, limit, cursor }) {
      const from = cursor === undefined ? END : packId(cursor);
      const rows = source === undefined ? all.iterate(from) : ofSource.iterate(source, from);
      const requests: QuarantinePage["requests"][number][] = [];
      let seen = 0;
      let last = "";
      for (const row of rows) {
        if (requests.length === limit || seen === REQUESTS_SEEN_MAX) {
          return { requests, cursor: last };
        }
        seen += 1;
        last = unpackId("qtn", row["id"]);
        if (reason !== undefined && row["reason"] !== reason) continue;
        if (!includeReleased && row["released_as"] !== null) continue;
        requests.push({ ...readSummary(row), bodyBytes: row["body_bytes"] as number });
      }
      return { requests, cursor: null };
    },

    get(id) {
      const row = isId(id, "qtn") ? (whole.get(packId(id)) as Row | undefined) : undefined;
      if (!row) return null;
      const [headers, body] = [row["headers"] as Uint8Array, row["body"] as Uint8Array];
      return { ...readSummary(row), headers, body };
    },

    prune(receivedBefore) {
      const rows: Row[] = [];
      let bytes = 0;
      for (const row of before.iterate(receivedBefore)) {
        rows.push(row);
        bytes += row["bytes"] as number;
        if (bytes >= PRUNE_STEP_BYTES_MAX) break;
      }
      removeAll(rows);
      return rows.length;
    },
  };
}

function readSummary(row: Row): Omit<QuarantinedRequest, "headers" | "body"> {
  return {
    id: unpackId("qtn", row["id"]),
    source: row["source"] as string,
    provider: row["provider"] as string,
    receivedAt: row["received_at"] as number,
    reason: row["reason"] as QuarantineReason,
    diagnosis: JSON.parse(row["diagnosis"] as string),
    address: row["address"] as string,
    addressChain: row["address_chain"] as string,
    method: row["method"] as string,
    url: row["url"] as string,
    releasedAs: row["released_as"] === null ? null : unpackId("evt", row["released_as"]),
  };
}
