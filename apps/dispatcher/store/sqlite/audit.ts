import type { DatabaseSync } from "node:sqlite";
import { AUDIT_ENTRIES_MAX, type AuditEntry } from "../contract/audit.ts";
import { idAt } from "../contract/ids.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** Prepares the audit log. Its ids sort by time, so no other index is needed. */
export function prepareAudit(
  db: DatabaseSync,
): OperationsOf<"recordAudit" | "auditLog" | "pruneAudit"> {
  const put = prepare(db, "INSERT OR REPLACE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)");
  const removeOld = prepare(db, "DELETE FROM audit WHERE id < ?");
  const removeRest = prepare(
    db,
    "DELETE FROM audit WHERE id <= (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?)",
  );
  const list = prepare<AuditEntry>(
    db,
    "SELECT * FROM audit WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?",
  );
  return {
    recordAudit(_now, { id, at, caller, action, target, reason, outcome }) {
      put.run(id, at, caller, action, target, reason, outcome);
      removeRest.run(AUDIT_ENTRIES_MAX);
    },
    auditLog: (_now, { since = 0, before = idAt("aud", Number.POSITIVE_INFINITY), limit }) =>
      list.all(idAt("aud", since), before, limit).map((row) => ({ ...row })),
    pruneAudit: (_now, { madeBefore }) => Number(removeOld.run(idAt("aud", madeBefore)).changes),
  };
}
