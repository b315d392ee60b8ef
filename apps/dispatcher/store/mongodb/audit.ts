import { AUDIT_ENTRIES_MAX, type AuditEntry, type AuditQuery } from "../contract/audit.ts";
import { idAt } from "../contract/ids.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";

/** `recordAudit`. Removing is repeated with the next entry, so it need not be part of the write. */
export async function recordAudit(
  { collections: { audit } }: MongoContext,
  { id: _id, ...entry }: AuditEntry,
): Promise<void> {
  await audit.replaceOne({ _id }, entry, { upsert: true });
  const rest = audit.find({}, { projection: { _id: 1 } }).sort({ _id: -1 });
  const [last] = await readAll(rest.skip(AUDIT_ENTRIES_MAX).limit(1));
  if (last) await audit.deleteMany({ _id: { $lte: last._id } });
}

/** `auditLog`. */
export async function readAudit(
  { collections: { audit } }: MongoContext,
  { since = 0, before = idAt("aud", Number.POSITIVE_INFINITY), limit }: AuditQuery,
): Promise<AuditEntry[]> {
  const between = { _id: { $gte: idAt("aud", since), $lt: before } };
  const found = await readAll(audit.find(between).sort({ _id: -1 }).limit(limit));
  return found.map(({ _id, ...entry }) => ({ id: _id, ...entry }));
}

/** `pruneAudit`. */
export async function pruneAudit(
  { collections: { audit } }: MongoContext,
  { madeBefore }: { madeBefore: number },
): Promise<number> {
  const { deletedCount } = await audit.deleteMany({ _id: { $lt: idAt("aud", madeBefore) } });
  return deletedCount;
}
