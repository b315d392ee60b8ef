import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { keepName } from "@hookgate/files";
import { describeFault, makeDataDir, prepareStoreFile, STORE_FILE, sqliteCode } from "../file.ts";
import { backUp } from "../upkeep/back_up.ts";
import { clearDamageMark } from "../upkeep/damage_mark.ts";
import { type CheckedFile, checkStoreFile, openToRead } from "./check_file.ts";

/** Options for {@linkcode restoreStoreFile}. */
export interface RestoreOptions {
  /** Directory of the store. */
  dataDir: string;
  /** Whether a store that is there is set aside. @default {false} */
  replace?: boolean;
  /** In milliseconds since 1970, for the name of what is set aside. */
  now: number;
}

/** The result of {@linkcode restoreStoreFile}. */
export interface RestoredFile extends CheckedFile {
  /** The store's file. */
  path: string;
  /** Where the store is that was there before; null if there was none. */
  setAside: string | null;
}

/**
 * Puts a backup into a directory as its store, durably. It is checked first. The dispatcher that opens it brings an older one
 * up to date.
 *
 * @throws {Error} with a message for an operator if the backup is damaged or a newer Hookgate's, a dispatcher runs, there is a
 * store already and `replace` is false, or the disk fails; the store that was there is still there then.
 */
export async function restoreStoreFile(
  from: string,
  { dataDir, replace = false, now }: RestoreOptions,
): Promise<RestoredFile> {
  const checked = checkStoreFile(from);
  const [problem] = checked.problems;
  if (problem !== undefined) {
    throw new Error(`Cannot restore ${from}: it is damaged (${problem.replace(/\.$/, "")})`);
  }
  const path = join(dataDir, STORE_FILE);
  refuseStore(path, { from, replace });
  makeDataDir(dataDir);
  const copy = `${path}-restored`;
  rmSync(copy, { force: true });
  const db = openToRead(from);
  try {
    await backUp(db, copy);
  } catch (cause) {
    const why = `it could not be copied to ${dataDir} (${(cause as Error).message})`;
    throw new Error(`Cannot restore ${from}: ${why}; see that its disk has room`, { cause });
  } finally {
    db.close();
  }
  try {
    // A dispatcher may have started during the copy.
    refuseStore(path, { from, replace });
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  }
  const isThere = existsSync(path);
  const isOld = isThere || existsSync(`${path}-wal`);
  const setAside = isOld ? `${path}-before-${new Date(now).toISOString()}` : null;
  if (setAside !== null) {
    // In this order: what is interrupted between two of them is no store, and none that has lost its log.
    if (isThere) renameSync(path, setAside);
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${setAside}-wal`);
  }
  clearDamageMark(path);
  renameSync(copy, path);
  keepName(path);
  prepareStoreFile(dataDir);
  return { ...checked, path, setAside };
}

/** Refuses a store that a dispatcher has, and any unless it is to be replaced. */
function refuseStore(path: string, { from, replace }: { from: string; replace: boolean }): void {
  if (!existsSync(path)) return;
  refuseOwned(path);
  if (replace) return;
  throw new Error(
    `Cannot restore ${from}: ${path} is there already; --replace sets it aside, next to it`,
  );
}

/** A dispatcher locks its file from its start to its end. */
function refuseOwned(path: string): void {
  // SQLite would remove the log of an empty file.
  if (statSync(path).size === 0) return;
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK;");
  } catch (error) {
    // A damaged file is why a backup is restored.
    if (sqliteCode(error) !== 5) return;
    const state = describeFault(error, path);
    throw new Error(`Cannot restore: ${state}; stop it first`, { cause: error });
  } finally {
    db.close();
  }
}
