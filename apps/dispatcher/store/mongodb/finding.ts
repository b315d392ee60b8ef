import {
  type CountedSlice,
  SEARCHED_BODY_BYTES_MAX,
  type SearchedEvent,
  type SearchedSlice,
  type SearchRange,
  SLICE_BYTES_MAX,
  SLICE_COUNTED_MAX,
  SLICE_EVENTS_MAX,
} from "../contract/finding.ts";
import { SAME_MAX } from "../contract/identify.ts";
import { eventIdRange } from "../contract/ids.ts";
import type { MongoContext } from "./context.ts";
import { keyIdsOf } from "./dedupe.ts";
import { copyOf, readAll } from "./documents.ts";

/** No event has this body: only the half of a key that is the provider's id counts. */
const NO_BODY = new Uint8Array(32);

/** `knownBy`: the first event with the id, then those with other bodies, whose keys begin with its key. */
export async function readKnownBy(
  { collections: { keys } }: MongoContext,
  {
    sources,
    providerEventId,
    limit,
  }: { sources: readonly string[]; providerEventId: string; limit: number },
): Promise<string[]> {
  const bases = sources.map((source) => {
    const facts = { source, providerEventId, dedupe: "id", bodySha256: NO_BODY } as const;
    return keyIdsOf(facts).first;
  });
  const first = await readAll(keys.find({ _id: { $in: bases } }));
  const ids = first.flatMap(({ event, earlier }) => [event, ...earlier]);
  for (const { _id } of first) {
    // The last of the base's characters holds two bits of the slot: what follows differs in it.
    const prefix = _id.slice(0, -1);
    const others = keys.find({ _id: { $gt: prefix, $lt: `${prefix}~` } }).limit(SAME_MAX);
    for (const one of await readAll(others)) {
      if (isOfSlot(one._id, _id)) ids.push(one.event, ...one.earlier);
    }
  }
  return [...new Set(ids)].sort().reverse().slice(0, limit);
}

/** Whether a key is of the same slot as the key of the slot alone. */
function isOfSlot(whole: string, slot: string): boolean {
  const bytes = Buffer.from(slot, "base64url");
  return Buffer.from(whole, "base64url").subarray(0, bytes.length).equals(bytes);
}

/** `readBodies`: the sizes first, so that no more is read than a slice. The server cannot look for a text in bytes. */
export async function readBodies(
  { collections: { events } }: MongoContext,
  { text: _, ...range }: SearchRange & { text: Uint8Array | null },
): Promise<SearchedSlice> {
  const from = performance.now();
  const projection = { flags: 1, headers: 1, bodyBytes: 1 };
  const found = await readAll(
    events.find(filterOf(range), { projection }).sort({ _id: -1 }).limit(SLICE_EVENTS_MAX),
  );
  let bytes = 0;
  let count = 0;
  for (const { bodyBytes } of found) {
    if (count > 0 && bytes >= SLICE_BYTES_MAX) break;
    if (bodyBytes <= SEARCHED_BODY_BYTES_MAX) bytes += bodyBytes;
    count += 1;
  }
  const slice = found.slice(0, count);
  const small = slice.filter(({ bodyBytes }) => bodyBytes <= SEARCHED_BODY_BYTES_MAX);
  const $in = small.map(({ _id }) => _id);
  const read = await readAll(events.find({ _id: { $in } }, { projection: { body: 1 } }));
  const bodies = new Map(read.map(({ _id, body }) => [_id, copyOf(body)]));
  const last = slice.at(-1);
  const isLast = count === found.length && found.length < SLICE_EVENTS_MAX;
  const lookedAt = { searched: 0, skipped: 0 };
  const searched = slice.flatMap(({ _id: id, flags, headers }): SearchedEvent[] => {
    const body = bodies.get(id);
    lookedAt[body ? "searched" : "skipped"] += 1;
    return body ? [{ id, flags, headers: copyOf(headers), body, lookedAt: { ...lookedAt } }] : [];
  });
  const cursor = isLast || !last ? null : last._id;
  return { events: searched, lookedAt, cursor, tookMs: performance.now() - from };
}

/** `countEvents`. */
export async function countEvents(
  { collections: { events } }: MongoContext,
  range: SearchRange,
): Promise<CountedSlice> {
  const from = performance.now();
  const options = { projection: { _id: 1 } };
  const found = await readAll(
    events.find(filterOf(range), options).sort({ _id: -1 }).limit(SLICE_COUNTED_MAX),
  );
  const last = found.length === SLICE_COUNTED_MAX ? found.at(-1) : undefined;
  const tookMs = performance.now() - from;
  return { events: found.length, cursor: last?._id ?? null, tookMs };
}

function filterOf({ source, type, from, to, cursor }: SearchRange) {
  const { after, before } = eventIdRange({ from, to, ...(cursor !== null && { cursor }) });
  return {
    source,
    ...(type !== undefined && { type }),
    _id: { ...(after !== null && { $gte: after }), ...(before !== null && { $lt: before }) },
  };
}
