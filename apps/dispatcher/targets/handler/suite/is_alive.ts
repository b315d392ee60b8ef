import { readFileSync } from "node:fs";

/** Whether a process runs. One that has ended counts as gone even where nobody has collected it yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return process.platform !== "linux";
  }
}
