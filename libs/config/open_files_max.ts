import { readFileSync } from "node:fs";

/** How many files this process may have open, connections included; Infinity where the system does not tell. */
export function openFilesMax(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
