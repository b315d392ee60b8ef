import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants, platform, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { NODE_PATH } from "@hookgate/config";
import { FrameReader } from "./frames.ts";
import {
  FROM_HOST_FD,
  type FromHost,
  REPORTS_FD,
  TO_HOST_FD,
  type ToHost,
  type WatchReport,
} from "./handler_message.ts";
import { writeToHost } from "./run_message.ts";
import { threadTime } from "./thread_time.ts";
import { WatchReports } from "./watch_reports.ts";

const MAIN_PATH = fileURLToPath(new URL("./handler_host_main.ts", import.meta.url));

/** Share of the memory that V8 may use for its heap, so that it collects garbage before the process exceeds its limit. */
const HEAP_SHARE = 0.75;

/** Time for a process to end by itself before it is killed, in milliseconds. */
export const STOP_MS_MAX = 250;

/**
 * Largest message of a host, in bytes: what it answers at once has bounded errors and log lines. One of its handlers may write
 * there, too.
 */
const FRAME_BYTES_MAX = 64 * 1024 ** 2;

/** Longest wait for the end of a process that says that it ends, or whose channel has, and for that of a channel, in milliseconds. */
const CHANNEL_MS_MAX = 1_000;

/** Longest time that `ps` may take, in milliseconds. */
const PS_MS_MAX = 2_000;

/** How far one that yields stands back, as `nice` counts it. */
const YIELDING = constants.priority.PRIORITY_BELOW_NORMAL;

const MEBIBYTE = 1024 ** 2;

/** Takes what handlers print. Handlers print to pipes: a full disk or a stopped terminal must not block their host. */
export interface HandlerOutput {
  out: { write(text: string): void };
  err: { write(text: string): void };
}

/** What a {@linkcode HostProcess} is started with. */
export interface HostProcessSettings {
  /** Resident size above which it is killed, in bytes. */
  memoryBytesMax: number;
  /** The whole environment of the process. */
  env: Readonly<Record<string, string>>;
  /** URL of the module that lets handlers import `@hookgate/*`. */
  resolveHookUrl: string;
  /** Where the handlers' standard output and error go; null drops them. */
  output: HandlerOutput | null;
  /** It yields the processor to all others: what it runs harmed a host, or may have. */
  yields: boolean;
}

/** Options for {@linkcode HostProcess}. */
export interface HostProcessOptions extends HostProcessSettings {
  received: (message: FromHost) => void;
  reported: (report: WatchReport) => void;
  /** Called when it is about to end and must not be sent any more attempts. */
  ending: () => void;
  /** Called once, after its last message, with the reason for its end; empty if it was stopped. */
  ended: (fault: string) => void;
}

/** The child process of a handler host: runs on the project's Node, is watched for its size and never left behind. */
export class HostProcess {
  readonly #options: HostProcessOptions;
  readonly #child: ChildProcess;
  readonly #incoming: Socket | null;
  readonly #outgoing: Socket | null;
  readonly #reports: WatchReports;
  #state: "running" | "exited" | "ended" = "running";
  #silent = false;
  #stopped = false;
  #fault = "";
  #fatalError = "";
  #measuring = false;
  #starvedMs = 0;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#reports = new WatchReports(options.reported);
    const { memoryBytesMax, env, resolveHookUrl, output } = options;
    const heapMebibytes = Math.ceil((memoryBytesMax * HEAP_SHARE) / MEBIBYTE);
    const flags = [
      `--max-old-space-size=${heapMebibytes}`,
      // What a handler is written in is its project's business, and it runs either way.
      "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    ];
    const args = [...flags, "--import", resolveHookUrl, MAIN_PATH];
    const printed = output ? "pipe" : "ignore";
    this.#child = spawn(NODE_PATH, args, {
      env,
      // In a group of its own, which what its handlers start belongs to.
      detached: true,
      stdio: ["ignore", printed, printed, "pipe", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text) => output?.out.write(text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text) => output?.err.write(text));
    this.#child.on("error", (error) => this.#failed(error));
    this.#child.on("exit", (code, signal) => this.#exit(code, signal));
    this.#outgoing = this.#pipe(TO_HOST_FD);
    this.#incoming = this.#pipe(FROM_HOST_FD);
    this.#listen();
    if (options.yields) this.yield();
  }

  /** Process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a message. If it does not arrive, the process has ended, and `ended` accounts for it. */
  send(message: ToHost): void {
    if (this.#outgoing?.writable) writeToHost(this.#outgoing, message);
  }

  /** Kills it for this reason. */
  kill(fault: string): void {
    if (this.#state !== "running") return;
    this.#fault ||= fault;
    this.#killGroup();
    this.#options.ending();
  }

  /** From now on it yields the processor to all others. */
  yield(): void {
    if (this.pid === undefined) return;
    try {
      setPriority(this.pid, YIELDING);
      // Linux may share the processor between sessions first (`sched(7)`, autogroup), and each host is a session of its own: with its
      // priority alone it would yield to nobody.
      writeFileSync(`/proc/${this.pid}/autogroup`, String(YIELDING));
    } catch {
      // Not known here, or not allowed: it then competes like any other.
    }
  }

  /** It reported that it ends, for this reason. One of its handlers may hold that up. */
  noteFatalError(fault: string): void {
    this.#fatalError = fault;
    this.#patience ??= this.#waitFor(CHANNEL_MS_MAX);
  }

  /** Ends it: it exits when its channel closes, or is killed. */
  stop(): void {
    this.#stopped = true;
    this.#outgoing?.destroy();
    this.#incoming?.destroy();
    this.#patience ??= this.#waitFor(STOP_MS_MAX);
  }

  /** How long its loop was ready to run but had no core since the last call, in milliseconds. */
  takeStarvedMs(): number {
    if (this.pid === undefined) return 0;
    const before = this.#starvedMs;
    this.#starvedMs = Math.max(before, threadTime(this.pid).starvedMs);
    return this.#starvedMs - before;
  }

  /** Measures its memory, about every 100 ms; null if that cannot be done now. */
  async measureMemory(): Promise<MeasuredMemory | null> {
    this.#reports.refill();
    const { pid } = this.#child;
    if (this.#measuring || this.#state !== "running" || pid === undefined) return null;
    this.#measuring = true;
    const bytes = await residentBytes(pid);
    this.#measuring = false;
    const { memoryBytesMax } = this.#options;
    if (bytes === null) return null;
    const share = bytes / memoryBytesMax;
    if (share <= 1) return { share, fault: null };
    const used = Math.round(bytes / MEBIBYTE);
    const allowed = Math.round(memoryBytesMax / MEBIBYTE);
    return { share, fault: `it used ${used} MiB of memory, more than the ${allowed} MiB allowed` };
  }

  /** Null if it could not be started: where no file can be opened Node makes not even the list. */
  #pipe(fd: number): Socket | null {
    const pipes: ChildProcess["stdio"] | undefined = this.#child.stdio;
    return (pipes?.[fd] as Socket | undefined) ?? null;
  }

  #listen(): void {
    const { received } = this.#options;
    const frames = new FrameReader((message) => received(message as FromHost), {
      bytesMax: FRAME_BYTES_MAX,
    });
    this.#incoming?.on("data", (chunk: Buffer) => this.#read(() => frames.push(chunk)));
    this.#outgoing?.on("data", () => this.kill("something else wrote to its channel"));
    // Errors are ignored: `close` follows, and `ended` accounts for what did not arrive.
    this.#outgoing?.on("error", () => {}).on("close", () => this.#cut());
    this.#incoming?.on("error", () => {}).on("close", () => this.#fallSilent());
    const reports = this.#pipe(REPORTS_FD);
    if (!reports) return;
    reports.on("error", () => {});
    reports.setEncoding("utf8").on("data", (text: string) => {
      this.#read(() => this.#reports.push(text));
    });
  }

  /** A handler can write to any descriptor: what is not a message of the host ends it. */
  #read(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.kill(`something else wrote to its channel: ${(error as Error).message}`);
    }
  }

  #failed(error: Error): void {
    // Only a process that never started emits no exit.
    if (this.pid !== undefined) return;
    this.#fault ||= `it could not be started: ${error.message}`;
    this.#end();
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#state = "exited";
    const how = signal ? `it was ended by ${signal}` : `it exited with code ${code}`;
    if (!this.#stopped) this.#fault ||= this.#fatalError || how;
    if (this.#fault) this.#killGroup();
    // Its last messages may still be in the channel.
    clearTimeout(this.#patience);
    if (this.#silent) this.#end();
    else this.#patience = this.#waitFor(CHANNEL_MS_MAX);
  }

  /** All that it had to say has been read. */
  #fallSilent(): void {
    this.#silent = true;
    if (this.#state === "exited") this.#end();
    else this.#cut();
  }

  /** It hears nothing any more, or says nothing. */
  #cut(): void {
    if (this.#state !== "running") return;
    this.#options.ending();
    this.#patience ??= this.#waitFor(CHANNEL_MS_MAX);
  }

  /** After a pause of ours timers come first: what has arrived is read before patience ends. */
  #waitFor(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (timer === this.#patience && this.#state !== "ended") this.#outOfPatience();
      });
    }, ms);
    return timer;
  }

  #outOfPatience(): void {
    if (this.#state === "exited") {
      this.#end();
      return;
    }
    if (!this.#stopped) this.#fault ||= this.#fatalError || "its channel was closed";
    this.#killGroup();
  }

  /** Also what its handlers have started: it would be started once more when they are called again. */
  #killGroup(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // There is nothing left.
    }
  }

  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    clearTimeout(this.#patience);
    this.#options.ended(this.#fault);
  }
}

/** How much memory a host uses. */
export interface MeasuredMemory {
  /** Share of what is allowed. */
  share: number;
  /** What is wrong if that is too much. */
  fault: string | null;
}

/**
 * Reads the resident size of a process in bytes; null if it cannot be read, for example because the process has ended.
 *
 * On Linux it is read from /proc/<pid>/status, which, unlike statm, does not count in pages of unknown size; elsewhere
 * from `ps`.
 */
export async function residentBytes(pid: number): Promise<number | null> {
  // Synchronously: it takes microseconds, and the thread pool may be busy with slow disks.
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
