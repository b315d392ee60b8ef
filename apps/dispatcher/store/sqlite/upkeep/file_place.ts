import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { fsyncPath, keepName, makeFolders } from "@hookgate/files";

/** What happened to a file that is open: its name is gone, the name of its log is, or another file has its name. */
export type Misplaced = "removed" | "log_removed" | "replaced";

/** Where an open store's file and its log were when it was opened, and when they were last written to. */
export interface FilePlace {
  /** What happened to them since; null if they are where they were. Takes the file as it is now for our work. */
  check(): Misplaced | null;
  /** Whether another program has written to them since {@linkcode check}. */
  isForeign(): boolean;
}

/** Remembers a file and its write-ahead log, both of which exist. */
export function noteFilePlace(file: string): FilePlace {
  const log = logOf(file);
  let seen = { file: lookAt(file), log: lookAt(log) };
  const isWritten = (now: Look | null, before: Look | null) =>
    now !== null && now.id === before?.id && now.written !== before.written;
  return {
    check() {
      const now = { file: lookAt(file), log: lookAt(log) };
      if (now.file?.id !== seen.file?.id) return now.file === null ? "removed" : "replaced";
      if (now.log?.id !== seen.log?.id) return "log_removed";
      seen = now;
      return null;
    },
    isForeign: () => isWritten(lookAt(file), seen.file) || isWritten(lookAt(log), seen.log),
  };
}

/**
 * Writes a removed store again to where it was: everything that its connection, which is outside of any transaction, can still
 * read. The caller closes that connection afterwards, and opens the file.
 */
export function writeFileAgain(db: DatabaseSync, file: string): void {
  const copy = `${file}-again`;
  makeFolders(dirname(file));
  rmSync(copy, { force: true });
  closeSync(openSync(copy, "wx", 0o600));
  db.prepare("VACUUM INTO ?").run(copy);
  fsyncPath(copy);
  // SQLite would take any log that it finds next to the file for the file's own.
  rmSync(logOf(file), { force: true });
  renameSync(copy, file);
  keepName(file);
}

/** Moves a log whose name is gone into the file, and removes what has its name now. The caller opens the file again. */
export function moveLogIntoFile(db: DatabaseSync, file: string): void {
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  rmSync(logOf(file), { force: true });
}

function logOf(file: string): string {
  return `${file}-wal`;
}

/** Which file has a name, because it can be given to another, and what was last written to it. */
interface Look {
  id: string;
  written: string;
}

/** Null if there is none. */
function lookAt(path: string): Look | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found
    ? { id: `${found.dev}:${found.ino}`, written: `${found.mtimeNs}:${found.size}` }
    : null;
}
