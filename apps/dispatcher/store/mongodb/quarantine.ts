import type { QuarantinedRequest } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import { checkQuarantined, quarantinedBytes } from "../contract/check_quarantine.ts";
import { QUARANTINE_BYTES_MAX, QUARANTINE_REQUESTS_MAX } from "../contract/quarantine.ts";
import type { QuarantineDocument, QuarantineSourceDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";
import { retryChanged } from "./retry_changed.ts";

/** Requests that one step of `pruneQuarantine` removes. */
const STEP_REQUESTS_MAX = 500;

/** Index entries that are read at once to find what gives way: one or two of them do, as a rule. */
const EXCESS_STEP_MAX = 50;

/** What is needed to remove a request. */
type Removable = Pick<QuarantineDocument, "_id" | "source" | "bytes">;

const REMOVABLE = { source: 1, bytes: 1 } as const;

/**
 * `quarantine`, in one transaction. What is kept of each source is in a document of its own, so nothing is ever counted,
 * and of two dispatchers that fill the same source's room one waits for the other.
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
  const lane = context.reportLane;
  return lane.enter(signal, () =>
    retryChanged("keep refused requests", () =>
      lane.transaction(signal, (session) => writeNew(context, [...byId.values()], session)),
    ),
  );
}

/** `pruneQuarantine`: steps that are a transaction each. */
export async function pruneQuarantine(
  context: MongoContext,
  { receivedBefore }: { receivedBefore: number },
  { signal }: { signal: AbortSignal },
): Promise<number> {
  const lane = context.reportLane;
  const { quarantine } = context.collections;
  for (let removed = 0; ; ) {
    const step = await lane.enter(signal, () =>
      lane.transaction(signal, async (session) => {
        const old: Removable[] = await readAll(
          quarantine
            .find({ receivedAt: { $lt: receivedBefore } }, { projection: REMOVABLE, session })
            .sort({ receivedAt: 1 })
            .limit(STEP_REQUESTS_MAX),
        );
        await removeAll(context, old, session);
        return old.length;
      }),
    );
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
    bytes: quarantinedBytes(request),
  };
}

/** Writes those that are not there, and removes what gives way to them. Returns how many of them are left. */
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

/** A source's oldest, as many as have to give way. */
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

/** Counts requests that come to a source, or that go; says what is held then. */
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
