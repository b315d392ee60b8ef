import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { platform } from "node:os";

/** Time that `ps` may take, in milliseconds. */
const PS_MS_MAX = 2_000;

/**
 * Reads the resident size of a process in bytes; null where it cannot be read, such as after the process has ended.
 *
 * On Linux from /proc/<pid>/status, which, unlike statm, does not count in pages of unknown size; elsewhere from `ps`.
 */
export async function residentBytes(pid: number): Promise<number | null> {
  // Read at once, not by a thread of the pool: the reading takes microseconds, and the pool may be busy with slow disks.
  const kibibytes = platform() === "linux" ? fromProc(pid) : await fromPs(pid);
  return Number.isFinite(kibibytes) && kibibytes > 0 ? kibibytes * 1_024 : null;
}

function fromProc(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
  } catch {
    return Number.NaN;
  }
}

function fromPs(pid: number): Promise<number> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", `${pid}`], { timeout: PS_MS_MAX }, (error, output) => {
      resolve(error ? Number.NaN : Number.parseInt(output, 10));
    });
  });
}
