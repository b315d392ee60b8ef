import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Makes a directory (mode 0700) and those above it that are missing, so that their names survive power loss. */
export function makeFolders(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  const first = resolve(made);
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder)) {
    keepName(folder);
  }
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
