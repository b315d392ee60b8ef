import type { QuarantinedRequest } from "@hookgate/types";
import type { ClientSession, Filter } from "mongodb";
import { checkQuarantined, checkQuarantineQuery } from "../contract/checks.ts";
import {
  chooseShare,
  exceededBound,
  type Held,
  SHARES_COMPARED_MAX,
  type Share,
  shareOf,
} from "../contract/decide_quarantine.ts";
import {
  QUARANTINE_BYTES_MAX,
  type QuarantinePage,
  type QuarantineQuery,
} from "../contract/quarantine.ts";
import type { QuarantineDocument, QuarantineSourceDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { quarantinedOf, quarantinedSummaryOf, readAll, WITHOUT_BYTES } from "./documents.ts";

/** Requests removed by one step of `pruneQuarantine`. */
const STEP_REQUESTS_MAX = 500;

/** Requests of one sender that are removed at once: usually one or two. */
const EXCESS_STEP_MAX = 500;

/** The fields needed to remove a request. */
type Removable = Pick<QuarantineDocument, "_id" | "source" | "share" | "bytes">;

const REMOVABLE = { source: 1, share: 1, bytes: 1 } as const;

/**
 * `quarantine`, in one transaction. A document per source holds how much it keeps, and one per sender to it how much is
 * from there, so nothing has to be counted, and two dispatchers that add to the same source conflict.
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
  const documents = [...byId.values()];
  return context.queues.report.run(signal, (session) => writeNew(context, documents, session));
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
    share: shareOf(request.address),
    bodyBytes: request.body.length,
    bytes: request.headers.length + request.body.length + (request.sealed?.length ?? 0),
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
    const removed = await makeRoom(context, held, session);
    for (const id of removed) added.delete(id);
  }
  return added.size;
}

/** Removes a source's requests until the rest is within bounds; returns their ids. */
async function makeRoom(
  context: MongoContext,
  { _id: source, ...sums }: QuarantineSourceDocument,
  session: ClientSession,
): Promise<string[]> {
  const removed: string[] = [];
  let bound = exceededBound(sums);
  while (bound !== null) {
    const oldest = await findOldest(context, { source, bound, sums, session });
    if (oldest.length === 0) break;
    await removeAll(context, oldest, session);
    for (const { _id, bytes } of oldest) {
      removed.push(_id);
      sums.requests -= 1;
      sums.bytes -= bytes;
    }
    bound = exceededBound(sums);
  }
  return removed;
}

/** The oldest requests of the sender that holds the most: as many as have to go before another one holds more. */
async function findOldest(
  { collections: { quarantine, quarantineShares } }: MongoContext,
  { source, bound, sums, session }: FindOldestOptions,
): Promise<Removable[]> {
  const oldestOf = (share: string, limit: number): Promise<Removable[]> =>
    readAll(
      quarantine
        .find({ source, share }, { projection: REMOVABLE, session })
        .sort({ _id: 1 })
        .limit(limit),
    );
  const largest = await readAll(
    quarantineShares
      .find({ source }, { session })
      .sort({ [bound]: -1 })
      .limit(SHARES_COMPARED_MAX),
  );
  const shares: Share[] = [];
  for (const { share, requests, bytes } of largest) {
    const [request] = await oldestOf(share, 1);
    if (request) shares.push({ share, requests, bytes, oldest: request._id });
  }
  const chosen = chooseShare(shares, bound);
  if (!chosen) return [];
  const others = shares.filter((one) => one !== chosen).map((one) => one[bound]);
  const next = Math.max(0, ...others);
  const excess: Removable[] = [];
  let left = sums;
  let own: Held = chosen;
  for (const request of await oldestOf(chosen.share, EXCESS_STEP_MAX)) {
    const isEnough = exceededBound(left) !== bound || own[bound] < next;
    if (excess.length > 0 && isEnough) break;
    excess.push(request);
    left = without(left, request);
    own = without(own, request);
  }
  return excess;
}

interface FindOldestOptions {
  source: string;
  /** The bound that is exceeded. */
  bound: keyof Held;
  /** What the source holds. */
  sums: Held;
  session: ClientSession;
}

function without({ requests, bytes }: Held, removed: Removable): Held {
  return { requests: requests - 1, bytes: bytes - removed.bytes };
}

async function removeAll(
  context: MongoContext,
  requests: readonly Removable[],
  session: ClientSession,
): Promise<void> {
  if (requests.length === 0) return;
  const { quarantine, quarantineSources, quarantineShares } = context.collections;
  await quarantine.deleteMany({ _id: { $in: requests.map(({ _id }) => _id) } }, { session });
  for (const [source, of] of Map.groupBy(requests, (one) => one.source)) {
    const { requests: left } = await addHeld(context, { source, of, sign: -1, session });
    if (left === 0) await quarantineSources.deleteOne({ _id: source }, { session });
    await quarantineShares.deleteMany({ source, requests: 0 }, { session });
  }
}

/** Adds to what a source and its senders hold, or takes from it; returns the source's sums after that. */
async function addHeld(
  { collections: { quarantineSources, quarantineShares } }: MongoContext,
  { source, of, sign, session }: HeldChange,
): Promise<QuarantineSourceDocument> {
  const incOf = (some: HeldChange["of"]) => {
    const bytes = some.reduce((sum, one) => sum + one.bytes, 0);
    return { requests: sign * some.length, bytes: sign * bytes };
  };
  const shares = [...Map.groupBy(of, (one) => one.share)].map(([share, some]) => ({
    updateOne: {
      filter: { _id: { source, share } },
      update: { $inc: incOf(some), $set: { source, share } },
      upsert: true,
    },
  }));
  await quarantineShares.bulkWrite(shares, { session });
  const $inc = incOf(of);
  const options = { upsert: true, returnDocument: "after", session } as const;
  const held = await quarantineSources.findOneAndUpdate({ _id: source }, { $inc }, options);
  return held ?? { _id: source, requests: 0, bytes: 0 };
}

interface HeldChange {
  source: string;
  of: readonly Pick<Removable, "share" | "bytes">[];
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
