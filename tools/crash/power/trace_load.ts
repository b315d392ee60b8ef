import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type DiskCall, REFUSED, readCall, TRACED } from "./disk_calls.ts";

const LOAD = new URL("./power_load.ts", import.meta.url).pathname;

/** Options for {@linkcode traceLoad}. */
export interface TraceLoadOptions {
  commits: number;
  /** What strace makes of system calls, such as `fsync:error=EIO:when=3..4`. @default {[]} */
  inject?: readonly string[];
  /** Whether the program kills itself after the first commit that failed. @default {false} */
  endsAfterFault?: boolean;
}

/** Why the model cannot run here; null if it can. */
export async function whyNoTrace(): Promise<string | null> {
  try {
    await promisify(execFile)("strace", ["-f", "-o", "/dev/null", "true"]);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT"
      ? "strace is not installed: apt-get install strace"
      : "strace may not trace here: allow ptrace (docker run --cap-add SYS_PTRACE)";
  }
}

/** Runs the load in `root` and returns what it did to the files there, in order. */
export async function traceLoad(root: string, options: TraceLoadOptions): Promise<DiskCall[]> {
  const { commits, inject = [], endsAfterFault = false } = options;
  const traced = `${root}.trace`;
  const strace = spawn(
    "strace",
    [
      ...["-f", "-y", "-xx", "-s", "70000", "-o", traced],
      ...["-e", `trace=${[...TRACED, ...REFUSED].join(",")}`],
      ...inject.flatMap((one) => ["-e", `inject=${one}`]),
      ...[process.execPath, LOAD, root, String(commits), endsAfterFault ? "end" : "stay"],
    ],
    { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  try {
    const [code, signal] = await once(strace, "exit");
    if (code !== 0 && !(endsAfterFault && signal === "SIGKILL")) {
      throw new Error(`Cannot trace the load: it ended with ${code ?? signal}`);
    }
    return await readCalls(traced, root);
  } finally {
    await rm(traced, { force: true });
  }
}

async function readCalls(traced: string, root: string): Promise<DiskCall[]> {
  const calls: DiskCall[] = [];
  /** The first half of calls during which another thread was shown, by thread. */
  const begun = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(traced) })) {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text.endsWith(" <unfinished ...>")) {
      begun.set(thread, text.slice(0, -" <unfinished ...>".length));
      continue;
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
    const call = readCall(rest === undefined ? text : `${begun.get(thread)}${rest}`, root);
    if (call) calls.push(call);
  }
  return calls;
}
