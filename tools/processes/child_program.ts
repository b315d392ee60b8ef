import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** Ticks a second in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A running program. */
export interface ChildProgram {
  pid: number;
  /** The rest of its ready line. */
  ready: string;
  /** CPU time of all its threads so far, in microseconds. */
  cpuUs(): number;
  /** Resident memory, in bytes. */
  residentBytes(): Promise<number>;
  /** Sends SIGTERM and waits for its end. */
  stop(): Promise<void>;
  /** Sends SIGKILL and waits for its end. */
  kill(): Promise<void>;
}

/** Starts a program with this Node and waits for the line on its standard output that begins with `ready`. */
export async function startProgram(
  file: string,
  { env = {}, args = [] }: { env?: Record<string, string>; args?: string[] } = {},
): Promise<ChildProgram> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = await readyLine(child, file);
  const pid = child.pid ?? 0;
  return {
    pid,
    ready,
    cpuUs: () => cpuUs(pid),
    residentBytes: () => residentBytes(pid),
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

async function readyLine(child: ChildProcess, file: string): Promise<string> {
  const exited = once(child, "exit").then(([code]) => {
    throw new Error(`Cannot start ${file}: it ended with ${code} before it was ready`);
  });
  if (!child.stdout) throw new TypeError("Cannot read a ready line: no standard output");
  const lines = createInterface({ input: child.stdout });
  const found = new Promise<string>((resolve) => {
    lines.on("line", (line) => {
      if (line.startsWith("ready ")) resolve(line.slice("ready ".length));
    });
  });
  return Promise.race([found, exited]);
}

/** CPU time of a process and of its living children so far, in microseconds. */
export function treeCpuUs(pid: number): number {
  const children = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && parentOf(name) === pid,
  );
  return children.reduce((sum, child) => sum + cpuUs(Number(child)), cpuUs(pid));
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
}

/** The fields of proc(5)'s stat after the parenthesised name: the third is the first. */
function readStat(pid: number | string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Null if it has ended. */
function parentOf(pid: string): number | null {
  try {
    return Number(readStat(pid)[1]);
  } catch {
    return null;
  }
}

/** User and system time, fields 14 and 15. */
function cpuUs(pid: number): number {
  const fields = readStat(pid);
  const ticks = Number(fields[11]) + Number(fields[12]);
  return (ticks / TICKS_PER_SECOND) * 1e6;
}

/** Runs a program to its end with one JSON argument, and returns its output, JSON too. */
export async function runProgram<Answer>(file: string, plan: unknown): Promise<Answer> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [file, JSON.stringify(plan)]);
  return JSON.parse(stdout) as Answer;
}
