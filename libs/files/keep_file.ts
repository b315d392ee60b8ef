import { readFileSync } from "node:fs";
import { hasCode, makeFile } from "./durable_files.ts";

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
    makeFile(path, known);
    return true;
  }
  return look;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}
