import { closeSync, fsyncSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Options for {@linkcode makeFolders}. */
export interface MakeFoldersOptions {
  /** What the user's mask is taken from. @default {0o700} */
  mode?: number;
}

/**
 * Makes a directory and those above it that are missing, so that their names survive power loss. Not with Node's `recursive`,
 * which never ends where the system lets nobody make one: below `/proc`.
 *
 * @throws {Error} with the system's code, such as `EACCES`.
 */
export function makeFolders(path: string, options: MakeFoldersOptions = {}): void {
  const folder = resolve(path);
  try {
    makeFolder(folder, options);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw error;
    makeFolders(above, options);
    makeFolder(folder, options);
  }
}

function makeFolder(folder: string, { mode = 0o700 }: MakeFoldersOptions): void {
  try {
    mkdirSync(folder, { mode });
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

/**
 * Writes a new file of mode 0600, whose bytes survive power loss; {@linkcode keepName} makes its name survive.
 *
 * @throws {Error} with the system's code: `EEXIST` if there is one.
 */
export function writeNew(path: string, text: string): void {
  writeFileSync(path, text, { flag: "wx", mode: 0o600, flush: true });
}
