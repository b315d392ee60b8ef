import { CHANGES_MAX, type Change, type ChangeQuery } from "../contract/changes.ts";
import { idAt } from "../contract/ids.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";

/** `recordChanges`. Removing is repeated with the next ones, so it need not be part of the write. */
export async function recordChanges(
  { collections: { changes } }: MongoContext,
  added: readonly Change[],
): Promise<void> {
  if (added.length > 0) {
    const writes = added.map(({ id: _id, ...replacement }) => ({
      replaceOne: { filter: { _id }, replacement, upsert: true },
    }));
    await changes.bulkWrite(writes);
  }
  const rest = changes.find({}, { projection: { _id: 1 } }).sort({ _id: -1 });
  const [last] = await readAll(rest.skip(CHANGES_MAX).limit(1));
  if (last) await changes.deleteMany({ _id: { $lte: last._id } });
}

/** `changes`. */
export async function readChanges(
  { collections: { changes } }: MongoContext,
  { kinds, subject, from = 0, to = Number.POSITIVE_INFINITY, before, limit }: ChangeQuery,
): Promise<Change[]> {
  const until = idAt("chg", to);
  const $lt = before !== undefined && before < until ? before : until;
  const filter = {
    _id: { $gte: idAt("chg", from), $lt },
    ...(kinds && { kind: { $in: [...kinds] } }),
    ...(subject !== undefined && { subject }),
  };
  const found = await readAll(changes.find(filter).sort({ _id: -1 }).limit(limit));
  return found.map(({ _id, ...change }) => ({ id: _id, ...change }));
}

/** `pruneChanges`. */
export async function pruneChanges(
  { collections: { changes } }: MongoContext,
  { madeBefore }: { madeBefore: number },
): Promise<number> {
  const { deletedCount } = await changes.deleteMany({ _id: { $lt: idAt("chg", madeBefore) } });
  return deletedCount;
}
