import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { mongoCommand, replySays } from "./mongo_wire.ts";
import type { TemporaryDirectory } from "./temporary_directory.ts";

/** A MongoDB replica set of one to test against. */
export interface MongoServer {
  /** Without a database: see {@linkcode databaseUri}. */
  readonly uri: string;
  /** `external` is the one that `MONGODB_URI` names: it can be neither killed nor frozen. */
  readonly kind: "external" | "mongod" | "secantusdb";
  /** Kills it with SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and files. Resolves when it takes commands. */
  restart(): Promise<void>;
  /** Stops it with SIGSTOP: its port is open, and nobody answers. */
  freeze(): void;
  /** Lets it run on after `freeze`. */
  thaw(): void;
  /** Stops it for good and removes its files. */
  stop(): Promise<void>;
}

/** Longest that a server may take until it takes commands, in milliseconds. */
const START_MS_MAX = 60_000;
const READY_POLL_MS = 50;

/** What is kept of a server's output, to say why it did not start. */
const OUTPUT_CHARS_MAX = 2_000;

/**
 * Runs a command for as long as standard input stays open: however this process ends, the server ends with it. So Ctrl-C,
 * which reaches the guard too, must not end it first. The first line it writes is the server's process id.
 */
const GUARD = `trap '' INT TERM HUP; "$@" </dev/null >&2 & echo $!; cat >/dev/null; kill -9 $!`;

/** Options for {@linkcode LocalMongoServer}. */
export interface LocalMongoServerOptions {
  /** Stays its own across restarts. */
  port: number;
  directory: TemporaryDirectory;
  standalone: boolean;
}

/** A program that serves MongoDB's protocol, and its arguments. */
export interface MongoCommand {
  kind: "mongod" | "secantusdb";
  words: readonly string[];
}

/** How to start `mongod`. */
export function mongodCommand(
  path: string,
  { port, directory, standalone }: LocalMongoServerOptions,
): MongoCommand {
  const where = ["--port", `${port}`, "--dbpath", directory.path, "--bind_ip", "127.0.0.1"];
  const set = standalone ? [] : ["--replSet", "hookgate"];
  return { kind: "mongod", words: [path, ...where, ...set] };
}

/** How to start SecantusDB. */
export function secantusdbCommand(python: string, options: LocalMongoServerOptions): MongoCommand {
  const { port, directory, standalone } = options;
  const where = ["--host", "127.0.0.1", "--port", `${port}`, "--storage-path", directory.path];
  const set = standalone ? ["--standalone"] : [];
  // Without this the commit of a transaction ignores `j: true`, and kill -9 loses what was acknowledged just before.
  const durable = "--sync-on-commit";
  return { kind: "secantusdb", words: [python, "-m", "secantus", ...where, ...set, durable] };
}

/** A server that runs as a process of ours. */
export class LocalMongoServer implements MongoServer {
  readonly uri: string;
  readonly kind: MongoCommand["kind"];
  readonly #words: readonly string[];
  readonly #options: LocalMongoServerOptions;
  #guard: ChildProcess | null = null;
  #closed: Promise<void> = Promise.resolve();
  #pid = 0;
  #output = "";

  constructor(command: MongoCommand, options: LocalMongoServerOptions) {
    this.kind = command.kind;
    this.#words = command.words;
    this.#options = options;
    this.uri = `mongodb://127.0.0.1:${options.port}/`;
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#launch();
    try {
      await this.#ready();
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async kill(): Promise<void> {
    // The guard kills the server as soon as its standard input ends; its pipes close when both are gone.
    this.#guard?.stdin?.end();
    await this.#closed;
    this.#guard = null;
  }

  freeze(): void {
    process.kill(this.#pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.#pid, "SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.#options.directory[Symbol.asyncDispose]();
  }

  #launch(): void {
    const guard = spawn("sh", ["-c", GUARD, "sh", ...this.#words], { stdio: "pipe" });
    this.#guard = guard;
    this.#pid = 0;
    this.#output = "";
    this.#closed = new Promise((resolve) => {
      guard.once("close", () => resolve());
      guard.once("error", () => resolve());
    });
    guard.stdin.on("error", () => {});
    guard.stdout.on("data", (chunk) => {
      this.#pid = Number.parseInt(`${chunk}`, 10);
    });
    guard.stderr.on("data", (chunk) => {
      this.#output = `${this.#output}${chunk}`.slice(-OUTPUT_CHARS_MAX);
    });
  }

  async #ready(): Promise<void> {
    const { port, standalone } = this.#options;
    const deadline = performance.now() + START_MS_MAX;
    let initiated = false;
    while (performance.now() < deadline) {
      const reply = await mongoCommand(port, { hello: 1 }).catch(() => null);
      if (reply && replySays(reply, "isWritablePrimary")) return;
      if (reply && this.kind === "mongod" && !standalone && !initiated) {
        initiated = true;
        const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
        // Refused where the files are of a set already, after a restart.
        await mongoCommand(port, { replSetInitiate: { _id: "hookgate", members } });
      }
      if (this.#pid > 0 && !isAlive(this.#pid)) break;
      await delay(READY_POLL_MS);
    }
    throw new Error(`Cannot start ${this.kind}: not ready; it wrote: ${this.#output.trim()}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
