import type { DatabaseSync } from "node:sqlite";
import { CHANGES_MAX, type Change } from "../contract/changes.ts";
import { idAt } from "../contract/ids.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** The log of changes. */
export const CHANGES_TABLE = `
CREATE TABLE IF NOT EXISTS changes (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;`;

/** Prepares the log of changes. Its ids sort by time, and it is bounded, so no other index is needed. */
export function prepareChanges(
  db: DatabaseSync,
): OperationsOf<"recordChanges" | "changes" | "pruneChanges"> {
  const put = prepare(db, "INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?, ?)");
  const removeOld = prepare(db, "DELETE FROM changes WHERE id < ?");
  const removeRest = prepare(
    db,
    "DELETE FROM changes WHERE id <= (SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET ?)",
  );
  const list = prepare<Change>(
    db,
    `SELECT * FROM changes WHERE id >= ?1 AND id < ?2 AND id < ?3
     AND (?4 IS NULL OR kind IN (SELECT value FROM json_each(?4))) AND (?5 IS NULL OR subject = ?5)
     ORDER BY id DESC LIMIT ?6`,
  );
  const end = idAt("chg", Number.POSITIVE_INFINITY);
  return {
    recordChanges(_now, changes) {
      for (const { id, at, kind, subject, text, value } of changes) {
        put.run(id, at, kind, subject, text, value);
      }
      removeRest.run(CHANGES_MAX);
    },
    changes(_now, { kinds, subject, from = 0, to, before = end, limit }) {
      const until = to === undefined ? end : idAt("chg", to);
      const names = kinds ? JSON.stringify(kinds) : null;
      const rows = list.all(idAt("chg", from), until, before, names, subject ?? null, limit);
      return rows.map((row) => ({ ...row }));
    },
    pruneChanges: (_now, { madeBefore }) => Number(removeOld.run(idAt("chg", madeBefore)).changes),
  };
}
