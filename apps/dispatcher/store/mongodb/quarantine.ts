import type { QuarantinedRequest } from "@hookgate/types";
import type { ClientSession, Filter } from "mongodb";
import { checkQuarantined, checkQuarantineQuery } from "../contract/checks.ts";
import { OPERATION_WORDS } from "../contract/operations.ts";
import {
  QUARANTINE_BYTES_MAX,
  QUARANTINE_REQUESTS_MAX,
  type QuarantinePage,
  type QuarantineQuery,
} from "../contract/quarantine.ts";
import type { QuarantineDocument, QuarantineSourceDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { quarantinedOf, quarantinedSummaryOf, readAll, WITHOUT_BYTES } from "./documents.ts";
import { retryChanged } from "./transaction_queue.ts";

/** Requests removed by one step of `pruneQuarantine`. */
const STEP_REQUESTS_MAX = 500;

/** Index entries read at once to find the requests that have to go: usually one or two. */
const EXCESS_STEP_MAX = 50;

/** The fields needed to remove a request. */
type Removable = Pick<QuarantineDocument, "_id" | "source" | "bytes">;

const REMOVABLE = { source: 1, bytes: 1 } as const;

/**
 * `quarantine`, in one transaction. A document per source holds how much it keeps, so nothing has to be counted, and two
 * dispatchers that add to the same source conflict.
 */
export function keepQuarantined(
  context: MongoContext,
  requests: readonly QuarantinedRequest[],
  { signal }: { signal: AbortSignal },
): Promise<number> {
  checkQuarantined(requests);
  const byId = new Map<string, QuarantineDocument>();
  for (const request of requests) {
    const document = documentOf(request);
    const isFirst = !byId.has(document._id);
    if (isFirst && document.bytes <= QUARANTINE_BYTES_MAX) byId.set(document._id, document);
  }
  const queue = context.queues.report;
  return queue.enter(signal, () =>
    retryChanged(OPERATION_WORDS.quarantine, () =>
      queue.transaction(signal, (session) => writeNew(context, [...byId.values()], session)),
    ),
  );
}

/** `pruneQuarantine`: one transaction for each step. */
export async function pruneQuarantine(
  context: MongoContext,
  { receivedBefore }: { receivedBefore: number },
  { signal }: { signal: AbortSignal },
): Promise<number> {
  const { quarantine } = context.collections;
  for (let removed = 0; ; ) {
    const step = await context.queues.report.run(signal, async (session) => {
      const old: Removable[] = await readAll(
        quarantine
          .find({ receivedAt: { $lt: receivedBefore } }, { projection: REMOVABLE, session })
          .sort({ receivedAt: 1 })
          .limit(STEP_REQUESTS_MAX),
      );
      await removeAll(context, old, session);
      return old.length;
    });
    removed += step;
    if (step < STEP_REQUESTS_MAX) return removed;
  }
}

function documentOf(request: QuarantinedRequest): QuarantineDocument {
  const { id, diagnosis, ...fields } = request;
  return {
    _id: id,
    ...fields,
    diagnosis: [...diagnosis],
    releasedAs: null,
    bodyBytes: request.body.length,
    bytes: request.headers.length + request.body.length,
  };
}

/** Adds the documents that are not stored yet and removes the oldest ones over the bounds; returns how many it added. */
async function writeNew(
  context: MongoContext,
  documents: readonly QuarantineDocument[],
  session: ClientSession,
): Promise<number> {
  const { quarantine } = context.collections;
  if (documents.length === 0) return 0;
  const filter = { _id: { $in: documents.map(({ _id }) => _id) } };
  const found = await readAll(quarantine.find(filter, { projection: { _id: 1 }, session }));
  const known = new Set(found.map(({ _id }) => _id));
  const added = new Map(documents.map((document) => [document._id, document]));
  for (const id of known) added.delete(id);
  if (added.size === 0) return 0;
  const inserted = [...added.values()];
  await quarantine.insertMany(inserted, { session });
  for (const [source, of] of Map.groupBy(inserted, (one) => one.source)) {
    const held = await addHeld(context, { source, of, sign: 1, session });
    const excess = await findExcess(context, held, session);
    await removeAll(context, excess, session);
    for (const { _id } of excess) added.delete(_id);
  }
  return added.size;
}

/** A source's oldest requests: those that have to go to keep it within bounds. */
async function findExcess(
  { collections: { quarantine } }: MongoContext,
  held: QuarantineSourceDocument,
  session: ClientSession,
): Promise<Removable[]> {
  let { requests, bytes } = held;
  const isOver = () => requests > QUARANTINE_REQUESTS_MAX || bytes > QUARANTINE_BYTES_MAX;
  const excess: Removable[] = [];
  while (isOver()) {
    const last = excess.at(-1)?._id ?? "";
    const step: Removable[] = await readAll(
      quarantine
        .find({ source: held._id, _id: { $gt: last } }, { projection: REMOVABLE, session })
        .sort({ _id: 1 })
        .limit(EXCESS_STEP_MAX),
    );
    if (step.length === 0) break;
    for (const request of step) {
      if (!isOver()) break;
      requests -= 1;
      bytes -= request.bytes;
      excess.push(request);
    }
  }
  return excess;
}

async function removeAll(
  context: MongoContext,
  requests: readonly Removable[],
  session: ClientSession,
): Promise<void> {
  if (requests.length === 0) return;
  const { quarantine, quarantineSources } = context.collections;
  await quarantine.deleteMany({ _id: { $in: requests.map(({ _id }) => _id) } }, { session });
  for (const [source, of] of Map.groupBy(requests, (one) => one.source)) {
    const { requests: left } = await addHeld(context, { source, of, sign: -1, session });
    if (left === 0) await quarantineSources.deleteOne({ _id: source }, { session });
  }
}

/** Adds to what a source holds, or takes from it; returns the sums after that. */
async function addHeld(
  { collections: { quarantineSources } }: MongoContext,
  { source, of, sign, session }: HeldChange,
): Promise<QuarantineSourceDocument> {
  const bytes = of.reduce((sum, one) => sum + one.bytes, 0);
  const $inc = { requests: sign * of.length, bytes: sign * bytes };
  const options = { upsert: true, returnDocument: "after", session } as const;
  const held = await quarantineSources.findOneAndUpdate({ _id: source }, { $inc }, options);
  return held ?? { _id: source, requests: 0, bytes: 0 };
}

interface HeldChange {
  source: string;
  of: readonly Pick<Removable, "bytes">[];
  sign: 1 | -1;
  session: ClientSession;
}

/** Index entries read for one page at most. */
const ENTRIES_SEEN_MAX = 1_000;

/** `getQuarantined`. */
export async function getQuarantined(
  { collections: { quarantine } }: MongoContext,
  id: string,
): Promise<QuarantinedRequest | null> {
  const found = await quarantine.findOne({ _id: id });
  return found ? quarantinedOf(found) : null;
}

/** `listQuarantine`: walks the index that fits best, applies the rest of the filter, then reads the page. */
export async function listQuarantine(
  { collections: { quarantine } }: MongoContext,
  query: QuarantineQuery,
): Promise<QuarantinePage> {
  checkQuarantineQuery(query);
  const { reason, includeReleased = false, limit, cursor } = query;
  const { filter, projection, isExact } = entriesOf(query);
  const entriesMax = isExact ? limit + 1 : ENTRIES_SEEN_MAX + 1;
  const entries = await readAll(
    quarantine
      .find(
        { ...filter, ...(cursor === undefined ? {} : { _id: { $lt: cursor } }) },
        { projection },
      )
      .sort({ _id: -1 })
      .limit(entriesMax),
  );
  const ids: string[] = [];
  let seen = 0;
  for (const entry of entries.slice(0, entriesMax - 1)) {
    if (ids.length === limit) break;
    seen += 1;
    const passes =
      isExact ||
      ((reason === undefined || entry.reason === reason) &&
        (includeReleased || entry.releasedAs === null));
    if (passes) ids.push(entry._id);
  }
  const last = seen < entries.length ? entries[seen - 1]?._id : undefined;
  const found =
    ids.length === 0
      ? []
      : await readAll(
          quarantine.find({ _id: { $in: ids } }, { projection: WITHOUT_BYTES }).sort({ _id: -1 }),
        );
  const requests = found.map((one) => ({
    ...quarantinedSummaryOf(one),
    bodyBytes: one.bodyBytes,
  }));
  return { requests, cursor: last ?? null };
}

/** The index query; `isExact` if it finds exactly the requests that match. */
function entriesOf({ source, reason, includeReleased }: QuarantineQuery): {
  filter: Filter<QuarantineDocument>;
  projection: Partial<Record<keyof QuarantineDocument, 1>>;
  isExact: boolean;
} {
  if (source !== undefined) {
    return { filter: { source }, projection: { reason: 1, releasedAs: 1 }, isExact: false };
  }
  if (reason !== undefined) {
    return { filter: { reason }, projection: { reason: 1, releasedAs: 1 }, isExact: false };
  }
  const filter = includeReleased ? {} : { releasedAs: null };
  return { filter, projection: { _id: 1 }, isExact: true };
}
