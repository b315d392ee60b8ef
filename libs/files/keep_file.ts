import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { keepName, makeFolders, writeNew } from "./durable_files.ts";

/**
 * Keeps a small file from being lost: each call of what this returns reads it, or, if something has removed it since, writes it again
 * as it was last read, mode 0600, and returns true. A file that was never there is none to keep.
 *
 * @throws {Error} with the system's code, on each call, if it cannot be read or written.
 */
export function keepFile(path: string): () => boolean {
  let known: string | null = null;
  function look(): boolean {
    const text = readIfThere(path);
    known = text ?? known;
    if (text !== null || known === null) return false;
    putBack(path, known);
    return true;
  }
  return look;
}

/** Under another name first: a reader finds all of it or nothing. One that somebody else has made meanwhile stays. */
function putBack(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  makeFolders(dirname(path));
  try {
    writeNew(draft, text);
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  keepName(path);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
