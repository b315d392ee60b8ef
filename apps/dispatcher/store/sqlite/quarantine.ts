import type { DatabaseSync } from "node:sqlite";
import type { QuarantinedRequest, QuarantineReason } from "@hookgate/types";
import { checkQuarantineQuery } from "../contract/checks.ts";
import {
  chooseShare,
  exceededBound,
  type Held,
  SHARES_COMPARED_MAX,
  shareOf,
} from "../contract/decide_quarantine.ts";
import { isId } from "../contract/ids.ts";
import { QUARANTINE_BYTES_MAX, type QuarantinePage } from "../contract/quarantine.ts";
import type { Commit } from "./commit.ts";
import { readCaptures } from "./packed_captures.ts";
import { type BytesRow, ID_END, packId, prepare, unpackId } from "./rows.ts";
import { type OperationsOf, type PackedQuarantined, unpackAnswer } from "./wire.ts";

/** Requests that one call looks at, even if it finds none: a page may take several calls, and commits wait for each. */
const REQUESTS_SEEN_MAX = 128;

/** Requests, and about how many of their bytes, that one step of pruning removes: their pages are overwritten. */
const PRUNE_STEP_MAX = 128;
const PRUNE_STEP_BYTES_MAX = 1024 * 1024;

const SUMMARY = `q.id, q.source, q.provider, q.received_at, q.reason, q.released_as, q.address,
  q.address_chain, q.method, q.url, q.diagnosis`;

interface SummaryRow {
  id: Uint8Array;
  source: string;
  provider: string;
  received_at: number;
  reason: QuarantineReason;
  released_as: Uint8Array | null;
  address: string;
  address_chain: string;
  method: string;
  url: string;
  diagnosis: string;
}

/** A request to remove. */
interface RemovableRow {
  row: number;
  source: string;
  share: string;
  bytes: number;
}

/**
 * Prepares what keeps and shows refused requests. What is kept of each source, and of each of its senders, is in rows of
 * their own: nothing is ever counted. `pruneQuarantine` is one step: it is called until it returns 0.
 */
export function prepareQuarantine(
  db: DatabaseSync,
): OperationsOf<"quarantine" | "listQuarantine" | "getQuarantined" | "pruneQuarantine"> {
  const insert = prepare(
    db,
    `INSERT INTO quarantine (id, source, provider, received_at, reason,
     bytes, address, address_chain, method, url, diagnosis, headers, body, share, sealed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const add = prepare(
    db,
    `INSERT INTO quarantine_sources VALUES (?1, ?2, ?3)
     ON CONFLICT (source) DO UPDATE SET requests = requests + ?2, bytes = bytes + ?3`,
  );
  const held = prepare<Held>(db, "SELECT requests, bytes FROM quarantine_sources WHERE source = ?");
  const forget = prepare(db, "DELETE FROM quarantine_sources WHERE source = ? AND requests = 0");
  const addShare = prepare(
    db,
    `INSERT INTO quarantine_shares VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (source, share) DO UPDATE SET requests = requests + ?3, bytes = bytes + ?4`,
  );
  const forgetShare = prepare(
    db,
    "DELETE FROM quarantine_shares WHERE source = ? AND share = ? AND requests = 0",
  );
  const largest = (bound: keyof Held) =>
    prepare<Held & { share: string }>(
      db,
      `SELECT share, requests, bytes FROM quarantine_shares
       INDEXED BY quarantine_shares_${bound} WHERE source = ?
       ORDER BY ${bound} DESC LIMIT ${SHARES_COMPARED_MAX}`,
    );
  const largestBy = { requests: largest("requests"), bytes: largest("bytes") };
  const oldest = prepare<RemovableRow & { id: Uint8Array }>(
    db,
    `SELECT q.row, q.source, q.share, q.bytes, q.id FROM quarantine q
     INDEXED BY quarantine_share WHERE q.source = ? AND q.share = ? ORDER BY q.id LIMIT 1`,
  );
  const before = prepare<RemovableRow>(
    db,
    `SELECT q.row, q.source, q.share, q.bytes FROM quarantine q
     INDEXED BY quarantine_received WHERE q.received_at < ? ORDER BY q.received_at
     LIMIT ${PRUNE_STEP_MAX}`,
  );
  const remove = prepare(db, "DELETE FROM quarantine WHERE row = ?");
  const newest = (where: string, index: string) =>
    prepare<SummaryRow & { body_bytes: number }>(
      db,
      `SELECT ${SUMMARY}, length(q.body) AS body_bytes FROM quarantine q
       INDEXED BY ${index} WHERE ${where} AND q.id < ? ORDER BY q.id DESC`,
    );
  const all = newest("1", "quarantine_id");
  const ofSource = newest("q.source = ?", "quarantine_source");
  const whole = prepare<SummaryRow & BytesRow & { sealed: Uint8Array | null }>(
    db,
    `SELECT ${SUMMARY}, q.headers, q.body, q.sealed FROM quarantine q WHERE q.id = ?`,
  );

  /** Adds one request and returns its row; null if it is stored already, or larger than the room of its source. */
  function keepOne(request: PackedQuarantined, bytes: Uint8Array): number | null {
    if (bytes.length > QUARANTINE_BYTES_MAX) return null;
    const share = shareOf(request.address);
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
      bytes.subarray(request.headersBytes, request.headersBytes + request.bodyBytes),
      share,
      request.sealedBytes === null ? null : bytes.subarray(bytes.length - request.sealedBytes),
    );
    if (changes === 0) return null;
    add.run(request.source, 1, bytes.length);
    addShare.run(request.source, share, 1, bytes.length);
    return Number(lastInsertRowid);
  }

  /** Removes a source's requests until the rest is within bounds; returns their rows. */
  function makeRoom(source: string): number[] {
    const removed: number[] = [];
    for (;;) {
      const sums = held.get(source);
      const bound = sums ? exceededBound(sums) : null;
      const found = bound === null ? null : oldestOfLargest(source, bound);
      if (!found) return removed;
      removeAll([found]);
      removed.push(found.row);
    }
  }

  function oldestOfLargest(source: string, bound: keyof Held): RemovableRow | null {
    const rows = largestBy[bound].all(source).flatMap((held) => {
      const row = oldest.get(source, held.share);
      return row ? { ...held, row, oldest: unpackId("qtn", row.id) } : [];
    });
    const chosen = chooseShare(rows, bound);
    return rows.find((one) => one === chosen)?.row ?? null;
  }

  function removeAll(removable: readonly RemovableRow[]): void {
    for (const { row, source, share, bytes } of removable) {
      remove.run(row);
      add.run(source, -1, -bytes);
      forget.run(source);
      addShare.run(source, share, -1, -bytes);
      forgetShare.run(source, share);
    }
  }

  return {
    quarantine(_now, { requests, bytes }) {
      const added = new Set<number>();
      let offset = 0;
      for (const request of requests) {
        const { headersBytes, bodyBytes, sealedBytes } = request;
        const end = offset + headersBytes + bodyBytes + (sealedBytes ?? 0);
        const row = keepOne(request, bytes.subarray(offset, end));
        if (row !== null) added.add(row);
        offset = end;
      }
      for (const source of new Set(requests.map((request) => request.source))) {
        for (const row of makeRoom(source)) added.delete(row);
      }
      return added.size;
    },

    listQuarantine(_now, query) {
      checkQuarantineQuery(query);
      const { source, reason, includeReleased, limit, cursor } = query;
      const from = cursor === undefined ? ID_END : packId(cursor);
      const rows = source === undefined ? all.iterate(from) : ofSource.iterate(source, from);
      const requests: QuarantinePage["requests"][number][] = [];
      let seen = 0;
      let last = "";
      for (const row of rows) {
        if (requests.length === limit || seen === REQUESTS_SEEN_MAX) {
          return { requests, cursor: last };
        }
        seen += 1;
        last = unpackId("qtn", row.id);
        if (reason !== undefined && row.reason !== reason) continue;
        if (!includeReleased && row.released_as !== null) continue;
        requests.push({ ...readSummary(row), bodyBytes: row.body_bytes });
      }
      return { requests, cursor: null };
    },

    getQuarantined(_now, id) {
      const row = isId(id, "qtn") ? whole.get(packId(id)) : undefined;
      if (!row) return null;
      const { headers, body, sealed } = row;
      return { ...readSummary(row), headers, body, ...(sealed !== null && { sealed }) };
    },

    pruneQuarantine(_now, { receivedBefore }) {
      const old: RemovableRow[] = [];
      let bytes = 0;
      for (const found of before.iterate(receivedBefore)) {
        old.push(found);
        bytes += found.bytes;
        if (bytes >= PRUNE_STEP_BYTES_MAX) break;
      }
      removeAll(old);
      return old.length;
    },
  };
}

/** Prepares `release`: a commit that marks the request too. */
export function prepareRelease(db: DatabaseSync, commit: Commit): OperationsOf<"release"> {
  const find = prepare<{ row: number; released_as: Uint8Array | null }>(
    db,
    "SELECT row, released_as FROM quarantine WHERE id = ?",
  );
  const mark = prepare(db, "UPDATE quarantine SET released_as = ? WHERE row = ?");

  return {
    release(now, id, input) {
      const found = isId(id, "qtn") ? find.get(packId(id)) : undefined;
      if (!found) return { outcome: "missing" };
      if (found.released_as !== null) {
        return { outcome: "already_released", eventId: unpackId("evt", found.released_as) };
      }
      const [answer] = commit(now, input, { replacesDead: false }) ?? [];
      const [capture] = readCaptures(input);
      if (answer === undefined || !capture) return null;
      const given = { event: capture, deliveries: capture.deliveries };
      const { duplicate: _, ...stored } = unpackAnswer(given, answer, now);
      const { eventId } = stored;
      mark.run(packId(eventId), found.row);
      if (answer && !answer.isNew) return { outcome: "already_stored", eventId };
      return { outcome: "released", ...stored };
    },
  };
}

function readSummary(row: SummaryRow): Omit<QuarantinedRequest, "headers" | "body"> {
  return {
    id: unpackId("qtn", row.id),
    source: row.source,
    provider: row.provider,
    receivedAt: row.received_at,
    reason: row.reason,
    diagnosis: JSON.parse(row.diagnosis),
    address: row.address,
    addressChain: row.address_chain,
    method: row.method,
    url: row.url,
    releasedAs: row.released_as && unpackId("evt", row.released_as),
  };
}
