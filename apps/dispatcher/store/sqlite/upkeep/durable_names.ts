import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory (mode 0700) and those above it that are missing, so that their names survive power loss. Not with Node's
 * `recursive`, which never ends where the system lets nobody make one: below `/proc`.
 */
export function makeFolders(path: string): void {
  const folder = resolve(path);
  try {
    makeFolder(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw error;
    makeFolders(above);
    makeFolder(folder);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && isThere) return;
    throw error;
  }
  keepName(folder);
}

/** Makes a new name survive power loss: it is in memory only until its directory is fsynced. */
export function keepName(path: string): void {
  fsyncPath(dirname(path));
}

/** Makes what a file holds survive power loss, no matter who wrote it. Not for a file that SQLite has open: it would lose its lock. */
export function fsyncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
