import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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
    if (!hasCode(error, "ENOENT") || above === folder) throw error;
    makeFolders(above, options);
    makeFolder(folder, options);
  }
}

function makeFolder(folder: string, { mode = 0o700 }: MakeFoldersOptions): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (hasCode(error, "EEXIST") && isThere) return;
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

/**
 * Makes a small file of mode 0600, and its directory, so that both survive power loss. Readers find all of it or nothing, and one that
 * another process makes meanwhile stays.
 *
 * @throws {Error} with the system's code.
 */
export function makeFile(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  makeFolders(dirname(path));
  try {
    writeNew(draft, text);
    giveName(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  keepName(path);
}

/**
 * Gives a file its name, unless another process was first: unlike a new name, a second one never takes the place of what is there. The
 * first one may be left.
 *
 * @throws {Error} with the system's code.
 */
export function giveName(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch {
    // Not every file system has second names.
    if (!existsSync(path)) renameSync(draft, path);
  }
}

/** Whether it is an error of the system with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}
