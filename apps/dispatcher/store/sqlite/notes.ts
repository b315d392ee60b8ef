import type { DatabaseSync } from "node:sqlite";
import { checkNote, type Note } from "../contract/notes.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** What dispatchers share. */
export const NOTES_TABLE = `
CREATE TABLE IF NOT EXISTS notes (
  name TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;`;

/** Prepares notes. */
export function prepareNotes(db: DatabaseSync): OperationsOf<"note" | "writeNote"> {
  const read = prepare<Note>(db, "SELECT revision, text FROM notes WHERE name = ?");
  const first = prepare(db, "INSERT OR IGNORE INTO notes VALUES (?, 1, ?)");
  const next = prepare(
    db,
    "UPDATE notes SET text = ?, revision = revision + 1 WHERE name = ? AND revision = ?",
  );
  return {
    note: (_now, name) => ({ ...(read.get(name) ?? { revision: 0, text: "" }) }),
    writeNote(_now, name, note) {
      checkNote(note);
      const { revision, text } = note;
      const { changes } = revision === 0 ? first.run(name, text) : next.run(text, name, revision);
      return Number(changes) > 0;
    },
  };
}
