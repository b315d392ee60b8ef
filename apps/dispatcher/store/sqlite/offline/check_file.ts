import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { describeFault, STORE_FILE } from "../file.ts";
import { refuseForeign, SCHEMA_VERSION } from "../schema.ts";
import { prepareCheck } from "../upkeep/check.ts";
import { readDamageMark } from "../upkeep/damage_mark.ts";

/** What is in a store's file that no dispatcher has open. */
export interface CheckedFile {
  /** Version of its schema, and the one that this Hookgate writes: an older file is brought up to date when it is opened. */
  version: number;
  newestVersion: number;
  events: number;
  deliveries: number;
  /** What is wrong, a sentence each; at most {@linkcode PROBLEMS_MAX}. */
  problems: string[];
}

/** The file may be the backup that was to be restored. */
const WHAT_TO_DO = "npx hookgate restore needs a backup that is whole";

/** Why a dispatcher may refuse to open the store in a directory: what it has found damaged; null if it has not. */
export function readKnownDamage(dataDir: string): string | null {
  return readDamageMark(join(dataDir, STORE_FILE));
}

/** Problems that are looked for before a check gives up. */
export const PROBLEMS_MAX = 100;

/**
 * Reads a store's file or a backup whole: SQLite's own check, each event's body, each delivery's event. Changes nothing.
 *
 * @throws {Error} with a message for an operator if it is not a store, a newer Hookgate's, or in use.
 */
export function checkStoreFile(file: string): CheckedFile {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new Error(`Cannot check ${file}: there is no such file`);
  if (!stat.isFile()) throw new Error(`Cannot check ${file}: it is not a file`);
  // Not even opened: SQLite would remove its log.
  if (stat.size === 0) {
    throw new Error(`Cannot check ${file}: it is empty; a copy that broke off, or never used`);
  }
  const db = openToRead(file);
  const checked: CheckedFile = {
    version: 0,
    newestVersion: SCHEMA_VERSION,
    events: 0,
    deliveries: 0,
    problems: [],
  };
  try {
    checked.version = refuseForeign(db, file);
    for (const row of db.prepare(`PRAGMA integrity_check(${PROBLEMS_MAX})`).all()) {
      const found = String(row["integrity_check"]);
      if (found !== "ok") checked.problems.push(`SQLite: ${found.replaceAll("\n", " ")}.`);
    }
    countAll(db, checked);
    return checked;
  } catch (error) {
    const state = describeFault(error, file, { whatToDo: WHAT_TO_DO });
    if (state === null) throw error;
    if (checked.version === 0)
      throw new Error(`Cannot check the store: ${state}`, { cause: error });
    checked.problems.push(`${(error as Error).message}.`);
    return checked;
  } finally {
    db.close();
  }
}

/**
 * Opens a file that may be where nothing can be written. One without a log is read without locks, for which SQLite would put files
 * next to it; a dispatcher that uses it has a log.
 *
 * @throws {Error} with a message for an operator if it cannot be opened.
 */
export function openToRead(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  try {
    return new DatabaseSync(url, { readOnly: true });
  } catch (cause) {
    const state = describeFault(cause, file) ?? `${file}: ${(cause as Error).message}`;
    throw new Error(`Cannot check the store: ${state}`, { cause });
  }
}

function countAll(db: DatabaseSync, checked: CheckedFile): void {
  const { checkStep } = prepareCheck(db);
  let cursor: string | null = null;
  do {
    const step = checkStep(0, cursor);
    checked.events += step.events;
    checked.deliveries += step.deliveries;
    checked.problems.push(...step.problems.slice(0, PROBLEMS_MAX - checked.problems.length));
    cursor = step.cursor;
  } while (cursor !== null);
}
