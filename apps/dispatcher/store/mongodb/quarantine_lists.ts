import type { QuarantinedRequest } from "@hookgate/types";
import type { Filter } from "mongodb";
import { checkQuarantineQuery } from "../contract/check_quarantine.ts";
import type { QuarantinePage, QuarantineQuery } from "../contract/quarantine.ts";
import type { QuarantineDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { quarantinedOf, quarantinedSummaryOf, readAll, WITHOUT_BYTES } from "./documents.ts";

/** Index entries that one page looks at, whatever it finds. */
const ENTRIES_SEEN_MAX = 1_000;

/** `getQuarantined`. */
export async function getQuarantined(
  { collections: { quarantine } }: MongoContext,
  id: string,
): Promise<QuarantinedRequest | null> {
  const found = await quarantine.findOne({ _id: id });
  return found ? quarantinedOf(found) : null;
}

/** `listQuarantine`: walks the index that fits the filter best, lets pass what the rest lets pass, then reads the page. */
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

/** What to ask an index for; `isExact` where it finds just what matches. */
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
