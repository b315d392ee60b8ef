import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Remembers that a store's file was found damaged, and how, because most calls do not read what is damaged: the next start reads the
 * whole file before anything is acknowledged.
 */
export function markDamage(file: string, words: string): void {
  try {
    writeFileSync(markOf(file), `${words}\n`, { mode: 0o600, flag: "wx" });
  } catch {
    // It is there, or the disk is full; the calls have said what is wrong.
  }
}

/** Whether a store's file was found damaged, and not sound since. */
export function isMarkedDamaged(file: string): boolean {
  return existsSync(markOf(file));
}

/** What {@linkcode markDamage} was told; null if nothing is known to be wrong with the file. */
export function readDamageMark(file: string): string | null {
  try {
    return readFileSync(markOf(file), "utf8").trim();
  } catch {
    return null;
  }
}

/** The file is sound, or another one. */
export function clearDamageMark(file: string): void {
  rmSync(markOf(file), { force: true });
}

function markOf(file: string): string {
  return `${file}-damaged`;
}
