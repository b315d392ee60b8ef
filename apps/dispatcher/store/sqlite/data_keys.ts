import type { DatabaseSync } from "node:sqlite";
import type { DataKey, DataKeyName } from "../contract/data_keys.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** The table of data keys. What is deleted is overwritten: see `eraseDataKeys`. */
export const DATA_KEYS_TABLE = `
CREATE TABLE data_keys (
  subject TEXT NOT NULL,
  source TEXT NOT NULL,
  month TEXT NOT NULL,
  id TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (subject, source, month)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX data_keys_id ON data_keys (id);
CREATE INDEX data_keys_month ON data_keys (month);`;

interface DataKeyRow extends Omit<DataKey, "madeAt"> {
  made_at: number;
}

/** Prepares what keeps data keys. */
export function prepareDataKeys(
  db: DatabaseSync,
): OperationsOf<"keepDataKeys" | "dataKeys" | "dataKeysOf" | "eraseDataKeys" | "pruneDataKeys"> {
  const insert = prepare(
    db,
    "INSERT INTO data_keys VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject, source, month) DO NOTHING",
  );
  const named = prepare<DataKeyRow>(
    db,
    "SELECT * FROM data_keys WHERE subject = ? AND source = ? AND month = ?",
  );
  const identified = prepare<DataKeyRow>(db, "SELECT * FROM data_keys WHERE id = ?");
  const names = prepare<DataKeyName>(
    db,
    `SELECT subject, source, month FROM data_keys WHERE subject = ? AND source = coalesce(?, source)
     ORDER BY source, month`,
  );
  const erase = prepare(
    db,
    "DELETE FROM data_keys WHERE subject = ? AND source = coalesce(?, source)",
  );
  const prune = prepare(
    db,
    "DELETE FROM data_keys WHERE month < ? AND made_at < ? AND subject <> ''",
  );
  return {
    keepDataKeys: (_now, keys) =>
      keys.flatMap(({ subject, source, month, id, madeAt, wrapped }) => {
        // Looked up first: nearly every key is there, and a write is a commit.
        const known = named.get(subject, source, month);
        if (known) return [readKey(known)];
        insert.run(subject, source, month, id, madeAt, wrapped);
        const kept = named.get(subject, source, month);
        return kept ? [readKey(kept)] : [];
      }),
    dataKeys: (_now, ids) => ids.flatMap((id) => identified.get(id) ?? []).map(readKey),
    dataKeysOf: (_now, { subject, source = null }) =>
      names.all(subject, source).map((row) => ({ ...row })),
    eraseDataKeys: (_now, { subject, source = null }) => Number(erase.run(subject, source).changes),
    pruneDataKeys: (_now, { monthBefore, madeBefore }) =>
      Number(prune.run(monthBefore, Math.floor(madeBefore)).changes),
  };
}

function readKey({ made_at, ...key }: DataKeyRow): DataKey {
  return { ...key, madeAt: made_at };
}
