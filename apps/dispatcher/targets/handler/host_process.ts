import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromHost, ToHost } from "./handler_message.ts";
import { residentBytes } from "./resident_bytes.ts";

const MAIN_PATH = fileURLToPath(new URL("./handler_host_main.ts", import.meta.url));

/** Share of the memory that V8 may use for its heap: it collects garbage before the process is over its limit. */
const HEAP_SHARE = 0.75;

/** Time that a process has to end by itself, in milliseconds. */
export const STOP_MS_MAX = 250;

/** Longest time between the end of a process and the end of its channel, in milliseconds. */
const PARTING_MS_MAX = 1_000;

const MEBIBYTE = 1024 ** 2;

/** What a {@linkcode HostProcess} is started with. */
export interface HostProcessSettings {
  /** Resident size past which it is killed, in bytes. */
  memoryBytesMax: number;
  /** Module that makes `@hookgate/*` known to handlers, as a URL. */
  resolveHookUrl: string;
  /** Where the handlers' standard output and error go. */
  output: "inherit" | "ignore";
}

/** Options for {@linkcode HostProcess}. */
export interface HostProcessOptions extends HostProcessSettings {
  received: (message: FromHost) => void;
  /** Called when it must be given nothing more, because its end has begun. */
  ending: () => void;
  /** Called once, after its last message, with why it ended; empty where it was stopped. */
  ended: (fault: string) => void;
}

/** The child process of a handler host: started with the project's Node, watched for its size, never left behind. */
export class HostProcess {
  readonly #options: HostProcessOptions;
  readonly #child: ChildProcess;
  #state: "running" | "exited" | "ended" = "running";
  #hungUp = false;
  #stopped = false;
  #fault = "";
  #confession = "";
  #measuring = false;
  #parting: NodeJS.Timeout | undefined;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    const { memoryBytesMax, resolveHookUrl, output } = options;
    const heapMebibytes = Math.ceil((memoryBytesMax * HEAP_SHARE) / MEBIBYTE);
    this.#child = fork(MAIN_PATH, [], {
      serialization: "advanced",
      execArgv: [`--max-old-space-size=${heapMebibytes}`, "--import", resolveHookUrl],
      stdio: ["ignore", output, output, "ipc"],
    });
    this.#child.on("message", (message) => options.received(message as FromHost));
    this.#child.on("error", (error) => this.#failed(error));
    this.#child.on("exit", (code, signal) => this.#exit(code, signal));
    this.#child.on("disconnect", () => this.#hangUp());
  }

  /** Process id; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a message. One that does not arrive is lost with the process, whose end answers for it. */
  send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message, undefined, undefined, () => {});
  }

  /** Kills it; `fault` says why. */
  kill(fault: string): void {
    if (this.#state !== "running") return;
    this.#fault ||= fault;
    this.#child.kill("SIGKILL");
    this.#options.ending();
  }

  /** Keeps what it says of its end, in case that it comes: a handler's own listener may have averted it. */
  confess(fault: string): void {
    this.#confession = fault;
  }

  /** Ends it: it goes when its channel closes, or is killed. */
  stop(): void {
    this.#stopped = true;
    if (this.#child.connected) this.#child.disconnect();
    this.#parting ??= setTimeout(() => this.#part(), STOP_MS_MAX);
  }

  /** Kills it where it uses too much memory. */
  async checkMemory(): Promise<void> {
    const { pid } = this.#child;
    if (this.#measuring || this.#state !== "running" || pid === undefined) return;
    this.#measuring = true;
    const bytes = await residentBytes(pid);
    this.#measuring = false;
    const { memoryBytesMax } = this.#options;
    if (bytes === null || bytes <= memoryBytesMax) return;
    const used = Math.round(bytes / MEBIBYTE);
    const allowed = Math.round(memoryBytesMax / MEBIBYTE);
    this.kill(`it used ${used} MiB of memory, more than the ${allowed} MiB allowed`);
  }

  #failed(error: Error): void {
    // Also told of messages that could not be sent; only a process that never was has no exit.
    if (this.pid !== undefined) return;
    this.#fault ||= `it could not be started: ${error.message}`;
    this.#end();
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#state = "exited";
    const how = signal ? `it was ended by ${signal}` : `it exited with code ${code}`;
    if (!this.#stopped) this.#fault ||= this.#confession || how;
    // Its last messages may still be in the channel.
    clearTimeout(this.#parting);
    if (this.#hungUp) this.#end();
    else this.#parting = setTimeout(() => this.#part(), PARTING_MS_MAX);
  }

  #hangUp(): void {
    this.#hungUp = true;
    if (this.#state === "exited") {
      this.#end();
      return;
    }
    this.#options.ending();
    this.#parting ??= setTimeout(() => this.#part(), PARTING_MS_MAX);
  }

  #part(): void {
    if (this.#state === "exited") this.#end();
    else this.#child.kill("SIGKILL");
  }

  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    clearTimeout(this.#parting);
    this.#options.ended(this.#fault);
  }
}
