import type { DatabaseSync } from "node:sqlite";
import {
  SEARCHED_BODY_BYTES_MAX,
  type SearchedEvent,
  type SearchRange,
  SLICE_BYTES_MAX,
  SLICE_COUNTED_MAX,
  SLICE_EVENTS_MAX,
} from "../contract/finding.ts";
import { createKeyOf } from "../contract/identify.ts";
import { eventIdRange } from "../contract/ids.ts";
import type { Dedupe } from "./dedupe.ts";
import { ID_END, ID_START, packId, prepare, readFlags, unpackId } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

interface BodyRow {
  id: Uint8Array;
  source: string;
  type: string;
  flags: number;
  headers: Uint8Array;
  body: Uint8Array | null;
}

interface PlaceRow {
  id: Uint8Array;
  source: string;
}

/** No event has this body: only the half of a key that is the provider's id counts. */
const NO_BODY = new Uint8Array(32);

/** Prepares what finds events by a provider's id, or by what is in their bodies. */
export function prepareFinding(
  db: DatabaseSync,
  dedupe: Pick<Dedupe, "known">,
): OperationsOf<"knownBy" | "readBodies" | "countEvents"> {
  const bodies = (index: string, where: string) =>
    prepare<BodyRow>(
      db,
      // The length of a body is known without reading it.
      `SELECT id, source, type, flags, headers,
         CASE WHEN length(body) <= ${SEARCHED_BODY_BYTES_MAX} THEN body END AS body
       FROM events INDEXED BY ${index} WHERE ${where} AND id >= ? AND id < ? ORDER BY id DESC`,
    );
  const [bodiesOfSource, bodiesOfType] = [
    bodies("events_source", "source = ?"),
    bodies("events_type", "type = ?"),
  ];
  const places = (index: string, where: string) =>
    prepare<PlaceRow>(
      db,
      `SELECT id, source FROM events INDEXED BY ${index} WHERE ${where} AND id >= ? AND id < ?
       ORDER BY id DESC LIMIT ${SLICE_COUNTED_MAX}`,
    );
  const [ofSource, ofType] = [
    places("events_source", "source = ?"),
    places("events_type", "type = ?"),
  ];
  const keyOf = createKeyOf();

  return {
    knownBy(_now, { sources, providerEventId, limit }) {
      const ids = sources.flatMap((source) => {
        const facts = { source, providerEventId, dedupe: "id" } as const;
        return dedupe.known(keyOf(facts, NO_BODY).slot);
      });
      return [...new Set(ids)].sort().reverse().slice(0, limit);
    },

    readBodies(_now, range) {
      const { low, high, name } = boundsOf(range);
      const rows = range.type === undefined ? bodiesOfSource : bodiesOfType;
      const events: SearchedEvent[] = [];
      let seen = 0;
      let bytes = 0;
      for (const row of rows.iterate(name, low, high)) {
        seen += 1;
        const { source, type, headers, body } = row;
        const id = unpackId("evt", row.id);
        const flags = readFlags(row.flags);
        if (source === range.source) events.push({ id, source, type, flags, headers, body });
        bytes += body?.length ?? 0;
        if (seen >= SLICE_EVENTS_MAX || bytes >= SLICE_BYTES_MAX) return { events, cursor: id };
      }
      return { events, cursor: null };
    },

    countEvents(_now, range) {
      const { low, high, name } = boundsOf(range);
      const rows = (range.type === undefined ? ofSource : ofType).all(name, low, high);
      const last = rows.length === SLICE_COUNTED_MAX ? rows.at(-1) : undefined;
      return {
        events: rows.filter(({ source }) => source === range.source).length,
        cursor: last ? unpackId("evt", last.id) : null,
      };
    },
  };
}

function boundsOf({ source, type, from, to, cursor }: SearchRange) {
  const { after, before } = eventIdRange({ from, to, ...(cursor !== null && { cursor }) });
  return {
    low: after === null ? ID_START : packId(after),
    high: before === null ? ID_END : packId(before),
    name: type ?? source,
  };
}
