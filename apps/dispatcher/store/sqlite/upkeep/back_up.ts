import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { backup, type DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { fsyncPath, keepName, makeFolders } from "@hookgate/files";

/** SQLite's code for a file that something else uses. */
const SQLITE_BUSY = 5;

/** How often a copy is begun, and the time between two tries, in milliseconds. */
const TRIES_MAX = 200;
const RETRY_MS = 20;

/** Pages copied at once, half a megabyte of pages of 8 KiB: what comes meanwhile waits for no more than that. */
const SLICE_PAGES = 64;

/**
 * Copies a store that is in use to a new file, readable by its owner only, in slices between which the connection does its
 * other work. The copy is the store as it is at the end. Returns its size in bytes.
 *
 * @throws {Error} if the file exists, or the copy is not whole.
 */
export async function backUp(db: DatabaseSync, target: string): Promise<number> {
  if (existsSync(target)) throw new Error(`${target} exists already; choose another name`);
  const part = `${target}.part`;
  makeFolders(dirname(target));
  try {
    await copy(db, part);
    // A connection that was closed meanwhile ends the copy early, without an error.
    if (!db.isOpen) throw new Error("the store was opened again meanwhile; try again");
    fsyncPath(part);
    renameSync(part, target);
    keepName(target);
    return statSync(target).size;
  } finally {
    rmSync(part, { force: true });
    rmSync(`${part}-journal`, { force: true });
  }
}

/** Removes what is left in a folder of copies whose process was killed: each is as large as the store. */
export function removeBroken(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (/\.part(?:-journal)?$/.test(name)) rmSync(join(folder, name), { force: true });
  }
}

/** Copies into a new file. Slices are made on another thread: one that meets a transaction of ours at the start fails. */
async function copy(db: DatabaseSync, part: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    rmSync(part, { force: true });
    closeSync(openSync(part, "wx", 0o600));
    try {
      await backup(db, part, { rate: SLICE_PAGES });
      return;
    } catch (error) {
      if (!isBusy(error) || tries === TRIES_MAX) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** Node names no code if the very first slice, or the last, found the store busy. */
function isBusy(error: unknown): boolean {
  const { errcode, message } = error as { errcode?: number; message?: string };
  return errcode === SQLITE_BUSY || message === "not an error";
}
