import type { DatabaseSync } from "node:sqlite";
import {
  SEARCHED_BODY_BYTES_MAX,
  type SearchedEvent,
  type SearchRange,
  SLICE_BYTES_MAX,
  SLICE_COUNTED_MAX,
  SLICE_EVENTS_MAX,
  SLICE_MS,
} from "../contract/finding.ts";
import { createKeyOf } from "../contract/identify.ts";
import { eventIdRange } from "../contract/ids.ts";
import type { Dedupe } from "./dedupe.ts";
import {
  type BytesRow,
  ID_END,
  ID_START,
  packFlags,
  packId,
  prepare,
  readFlags,
  unpackId,
} from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** What is to be done with an event. */
interface LookRow {
  id: Uint8Array;
  look: (typeof LOOK)[keyof typeof LOOK];
}

const LOOK = { lacksText: 0, handOver: 1, tooLarge: 2, otherSource: 3 } as const;

interface BodyRow extends BytesRow {
  flags: number;
}

interface CountRow {
  seen: number;
  own: number;
  last: Uint8Array | null;
}

/** Events that are counted between two looks at the clock: those of a type are read one by one. */
const COUNTED_AT_ONCE = 100;

/** No event has this body: only the half of a key that is the provider's id counts. */
const NO_BODY = new Uint8Array(32);

/** Prepares what finds events by a provider's id, or by what is in their bodies. */
export function prepareFinding(
  db: DatabaseSync,
  dedupe: Pick<Dedupe, "known">,
  { clock = () => performance.now() }: { clock?: () => number } = {},
): OperationsOf<"knownBy" | "readBodies" | "countEvents"> {
  const range = (index: string, column: string) =>
    `FROM events INDEXED BY ${index} WHERE ${column} = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC`;
  const [rangeOfSource, rangeOfType] = [
    range("events_source", "source"),
    range("events_type", "type"),
  ];
  // The length of a body is known without reading it. What is protected is stored with more than what is shown.
  const look = (rows: string) =>
    prepare<LookRow>(
      db,
      `SELECT id, CASE WHEN source <> ?4 THEN ${LOOK.otherSource}
         WHEN length(body) > ${SEARCHED_BODY_BYTES_MAX} THEN ${LOOK.tooLarge}
         WHEN ?5 IS NULL OR flags & ${packFlags(["protected"])} OR instr(body, ?5) THEN ${LOOK.handOver}
         ELSE ${LOOK.lacksText} END AS look ${rows}`,
    );
  const [lookOfSource, lookOfType] = [look(rangeOfSource), look(rangeOfType)];
  const count = (rows: string) =>
    prepare<CountRow>(
      db,
      `SELECT count(*) AS seen, total(source = ?4) AS own, min(id) AS last
       FROM (SELECT id, source ${rows} LIMIT ${COUNTED_AT_ONCE})`,
    );
  const [countOfSource, countOfType] = [count(rangeOfSource), count(rangeOfType)];
  const bodyOf = prepare<BodyRow>(db, "SELECT flags, headers, body FROM events WHERE id = ?");
  const keyOf = createKeyOf();

  return {
    knownBy(_now, { sources, providerEventId, limit }) {
      const ids = sources.flatMap((source) => {
        const facts = { source, providerEventId, dedupe: "id" } as const;
        return dedupe.known(keyOf(facts, NO_BODY).slot);
      });
      return [...new Set(ids)].sort().reverse().slice(0, limit);
    },

    readBodies(_now, { text, ...range }) {
      const from = clock();
      const { low, high, name } = boundsOf(range);
      const rows = range.type === undefined ? lookOfSource : lookOfType;
      const events: SearchedEvent[] = [];
      const lookedAt = { searched: 0, skipped: 0 };
      let bytes = 0;
      let cursor: string | null = null;
      for (const { id, look } of rows.iterate(name, low, high, range.source, text)) {
        if (look === LOOK.tooLarge) lookedAt.skipped += 1;
        else if (look !== LOOK.otherSource) lookedAt.searched += 1;
        const found = look === LOOK.handOver ? bodyOf.get(id) : undefined;
        if (found) {
          const { flags, ...parts } = found;
          const event = { id: unpackId("evt", id), flags: readFlags(flags), ...parts };
          events.push({ ...event, lookedAt: { ...lookedAt } });
          bytes += found.body.length;
        }
        const isFull = events.length >= SLICE_EVENTS_MAX || bytes >= SLICE_BYTES_MAX;
        if (!isFull && clock() - from < SLICE_MS) continue;
        cursor = unpackId("evt", id);
        break;
      }
      return { events, lookedAt, cursor, tookMs: clock() - from };
    },

    countEvents(_now, range) {
      const from = clock();
      const { low, high, name } = boundsOf(range);
      const counted = range.type === undefined ? countOfSource : countOfType;
      let events = 0;
      let end: Uint8Array | null = high;
      for (let seen = 0; end !== null && seen < SLICE_COUNTED_MAX; seen += COUNTED_AT_ONCE) {
        const found = counted.get(name, low, end, range.source);
        events += found?.own ?? 0;
        // Of fewer there are no more.
        end = found?.seen === COUNTED_AT_ONCE ? found.last : null;
        if (clock() - from >= SLICE_MS) break;
      }
      return { events, cursor: end && unpackId("evt", end), tookMs: clock() - from };
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
