import { MongoBulkWriteError } from "mongodb";
import type { DataKey, DataKeyName, WhoseKeys } from "../contract/data_keys.ts";
import type { DataKeyDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { copyOf, readAll } from "./documents.ts";

const DUPLICATE_KEY = 11_000;

/** `keepDataKeys`: a document has the name of its key as id, so the first writer wins. */
export async function keepDataKeys(
  { collections: { dataKeys } }: MongoContext,
  keys: readonly DataKey[],
): Promise<DataKey[]> {
  if (keys.length === 0) return [];
  const documents = new Map(keys.map((key) => [idOf(key), documentOf(key)]));
  const filter = { _id: { $in: [...documents.keys()] } };
  const known = await readAll(dataKeys.find(filter));
  for (const { _id } of known) documents.delete(_id);
  if (documents.size > 0) {
    await dataKeys.insertMany([...documents.values()], { ordered: false }).catch(ignoreLost);
  }
  // What another dispatcher was faster with is not our document.
  const kept = documents.size > 0 ? await readAll(dataKeys.find(filter)) : known;
  const byId = new Map(kept.map((document) => [document._id, keyOf(document)]));
  return keys.flatMap((key) => byId.get(idOf(key)) ?? []);
}

/** Somebody else has inserted it. */
function ignoreLost(error: unknown): void {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
}

/** `dataKeys`. */
export async function readDataKeys(
  { collections: { dataKeys } }: MongoContext,
  ids: readonly string[],
): Promise<DataKey[]> {
  return (await readAll(dataKeys.find({ key: { $in: [...ids] } }))).map(keyOf);
}

/** `dataKeysOf`. */
export async function readDataKeysOf(
  { collections: { dataKeys } }: MongoContext,
  whose: WhoseKeys,
): Promise<DataKeyName[]> {
  const found = dataKeys.find(filterOf(whose)).sort({ source: 1, month: 1 });
  return (await readAll(found)).map(({ subject, source, month }) => ({ subject, source, month }));
}

/** `eraseDataKeys`. */
export async function eraseDataKeys(
  { collections: { dataKeys } }: MongoContext,
  whose: WhoseKeys,
): Promise<number> {
  return (await dataKeys.deleteMany(filterOf(whose))).deletedCount;
}

/** `pruneDataKeys`. */
export async function pruneDataKeys(
  { collections: { dataKeys } }: MongoContext,
  { monthBefore, madeBefore }: { monthBefore: string; madeBefore: number },
): Promise<number> {
  // The month of nobody's key is empty.
  const old = { month: { $gt: "", $lt: monthBefore }, madeAt: { $lt: madeBefore } };
  return (await dataKeys.deleteMany(old)).deletedCount;
}

function filterOf({ subject, source }: WhoseKeys) {
  return { subject, ...(source !== undefined && { source }) };
}

function idOf({ subject, source, month }: DataKeyName): string {
  return `${subject} ${source} ${month}`;
}

function documentOf({ id: key, ...rest }: DataKey): DataKeyDocument {
  return { _id: idOf(rest), key, ...rest };
}

function keyOf({ _id, key: id, wrapped, ...rest }: DataKeyDocument): DataKey {
  return { id, ...rest, wrapped: copyOf(wrapped) };
}
