import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** Ticks a second in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Drains a program whose parent, this process, was killed. */
const END_WITH_PARENT = new URL("../../apps/cli/start/end_with_parent.ts", import.meta.url).href;

/** A running program. */
export interface ChildProgram {
  pid: number;
  /** The rest of its ready line. */
  ready: string;
  /** CPU time of all its threads and of all that it started and that lives, so far, in microseconds. */
  cpuUs(): number;
  /** Resident memory, in bytes. */
  residentBytes(): Promise<number>;
  /** Resolves when it has ended, with the signal or exit code that ended it. */
  ended: Promise<string>;
  /** Sends SIGTERM and waits for its end. */
  stop(): Promise<void>;
  /** Sends SIGKILL and waits for its end. */
  kill(): Promise<void>;
}

/** Options for {@linkcode startProgram}. */
export interface StartProgramOptions {
  /** Variables in addition to this process's own. */
  env?: Record<string, string>;
  args?: readonly string[];
  /** Arguments for Node. */
  nodeArgs?: readonly string[];
  /** A command that runs the program in its place, by `exec`: its process id stays that of the program. */
  via?: readonly string[];
  /** Gets its process id at once, before it is ready. */
  onSpawn?: (pid: number) => void;
  /** Takes every line that it writes, on either stream. @default {what it writes to standard error is shown} */
  onLine?: (line: string) => void;
}

/** Starts a program with this Node and waits for the line on its standard output that begins with `ready`. */
export async function startProgram(
  file: string,
  options: StartProgramOptions = {},
): Promise<ChildProgram> {
  const { env = {}, args = [], nodeArgs = [], via = [], onLine, onSpawn } = options;
  const own = ["--import", `${END_WITH_PARENT}?parent=${process.pid}`, ...nodeArgs];
  const [command = "", ...words] = [...via, process.execPath, ...own, file, ...args];
  const child = spawn(command, words, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", onLine ? "pipe" : "inherit", "ipc"],
  });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  const ended = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  if (onLine && child.stderr) createInterface({ input: child.stderr }).on("line", onLine);
  const ready = await readyLine(child, { file, ended, onLine: (line) => onLine?.(line) });
  const pid = child.pid ?? 0;
  return {
    pid,
    ready,
    cpuUs: () => treeCpuUs(pid),
    residentBytes: () => residentBytes(pid),
    ended,
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

async function readyLine(
  child: ChildProcess,
  {
    file,
    ended,
    onLine,
  }: Required<Pick<StartProgramOptions, "onLine">> & { file: string; ended: Promise<string> },
): Promise<string> {
  const exited = ended.then((how) => {
    throw new Error(`Cannot start ${file}: it ended with ${how} before it was ready`);
  });
  if (!child.stdout) throw new TypeError("Cannot read a ready line: no standard output");
  const lines = createInterface({ input: child.stdout });
  const found = new Promise<string>((resolve) => {
    let isReady = false;
    lines.on("line", (line) => {
      if (!isReady && line.startsWith("ready ")) resolve(line.slice("ready ".length));
      else onLine(line);
      // What it holds has a ready line of its own.
      isReady ||= line.startsWith("ready ");
    });
  });
  return Promise.race([found, exited]);
}

/** CPU time of a process and of all that it started and that lives, in microseconds so far. */
export function treeCpuUs(pid: number): number {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : null;
    if (parent !== null) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const sum = (one: number): number =>
    (parents.get(one) ?? []).reduce((all, child) => all + sum(child), cpuUs(one));
  return sum(pid);
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

/** User and system time, fields 14 and 15; 0 if it has ended. */
function cpuUs(pid: number): number {
  try {
    const fields = readStat(pid);
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
  } catch {
    return 0;
  }
}

/** Runs a program to its end with one JSON argument, and returns its output, JSON too. */
export async function runProgram<Answer>(file: string, plan: unknown): Promise<Answer> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [file, JSON.stringify(plan)]);
  return JSON.parse(stdout) as Answer;
}
