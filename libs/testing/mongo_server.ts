import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free_port.ts";
import { mongoCommand, replySays } from "./mongo_wire.ts";
import { installSecantusdb } from "./secantusdb.ts";
import { type TemporaryDirectory, temporaryDirectoryInMemory } from "./temporary_directory.ts";

/** A MongoDB replica set with one member, to test against. */
export interface MongoServer {
  /** Names no database: see {@linkcode databaseUri}. */
  readonly uri: string;
  /** `external` is the server that `MONGODB_URI` names: it cannot be killed or frozen. */
  readonly kind: "external" | "mongod" | "secantusdb";
  /** Kills it with SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and files. Resolves when it accepts commands. */
  restart(): Promise<void>;
  /** Stops it with SIGSTOP: its port stays open, but nothing answers. */
  freeze(): void;
  /** Continues it after `freeze`. */
  thaw(): void;
  /** Stops it for good and removes its files. */
  stop(): Promise<void>;
}

/** Longest time until a server accepts commands, in milliseconds. */
const START_MS_MAX = 60_000;
const READY_POLL_MS = 50;

/** End of a server's output to keep, for the error if it does not start. */
const OUTPUT_CHARS_MAX = 2_000;

/**
 * Runs a command until standard input closes, so that the server ends with this process in any case. Ctrl-C reaches the
 * guard too and must not end it first. Its first line of output is the server's process id.
 */
const GUARD = `trap '' INT TERM HUP; "$@" </dev/null >&2 & echo $!; cat >/dev/null; kill -9 $!`;

/** Options for {@linkcode startMongoServer}. */
export interface StartMongoServerOptions {
  /** Has `MONGODB_URI`, `PATH` and `CI`. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
  /** Starts a standalone server instead of a replica set; ignored for an external one. @default {false} */
  standalone?: boolean;
  /** Where SecantusDB is installed. @default {"node_modules/.cache/secantusdb"} */
  cacheFolder?: string;
}

/**
 * Returns the first MongoDB server available: the one that `MONGODB_URI` names; a `mongod` on PATH; SecantusDB, which is
 * installed into node_modules/.cache on first use.
 *
 * @throws {Error} if there is none, with the reason.
 */
export async function startMongoServer(
  options: StartMongoServerOptions = {},
): Promise<MongoServer> {
  const { env = process.env, standalone = false, ...install } = options;
  if (env["MONGODB_URI"]) return externalServer(env["MONGODB_URI"]);
  const mongod = findOnPath("mongod", env["PATH"] ?? "");
  const python = mongod ? "" : await installSecantusdb({ ...install, env });
  const directory = await temporaryDirectoryInMemory();
  try {
    const options = { port: await freePort(), directory, standalone };
    const command = mongod ? mongodCommand(mongod, options) : secantusdbCommand(python, options);
    const server = new LocalMongoServer(command, options);
    await server.restart();
    return server;
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Like {@linkcode startMongoServer}, but returns null if there is no server, with a loud warning on standard error so that
 * nobody takes a skipped suite for a passed one. Under CI it throws instead.
 */
export async function startMongoServerOrSkip(
  options: StartMongoServerOptions & { warn?: (text: string) => void } = {},
): Promise<MongoServer | null> {
  const { env = process.env, warn = (text) => process.stderr.write(text) } = options;
  try {
    return await startMongoServer(options);
  } catch (error) {
    if (env["CI"]) throw error;
    const line = "=".repeat(80);
    warn(`${line}\nSKIPPED: the MongoDB suite did not run. ${error}\n${line}\n`);
    return null;
  }
}

/** Returns the address with this database. */
export function databaseUri(uri: string, database: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri);
  if (!parts) throw new SyntaxError("Cannot name a database: the address is not mongodb://host/…");
  const [, base, given = "", query = ""] = parts;
  const search = new URLSearchParams(query);
  // Users are looked up in the database that the address named.
  if (given && !search.has("authSource")) search.set("authSource", given);
  const suffix = search.size > 0 ? `?${search}` : "";
  return `${base}/${database}${suffix}`;
}

function externalServer(uri: string): MongoServer {
  const refuse = () => {
    throw new Error("Cannot kill or freeze the server: MONGODB_URI names one that is not ours");
  };
  return {
    uri,
    kind: "external",
    kill: async () => refuse(),
    restart: async () => refuse(),
    freeze: refuse,
    thaw: refuse,
    stop: async () => {},
  };
}

function findOnPath(name: string, path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/** Options for {@linkcode LocalMongoServer}. */
interface LocalMongoServerOptions {
  /** The same across restarts. */
  port: number;
  directory: TemporaryDirectory;
  standalone: boolean;
}

/** A program that speaks MongoDB's protocol, with its arguments. */
interface MongoCommand {
  kind: "mongod" | "secantusdb";
  words: readonly string[];
}

function mongodCommand(
  path: string,
  { port, directory, standalone }: LocalMongoServerOptions,
): MongoCommand {
  const where = ["--port", `${port}`, "--dbpath", directory.path, "--bind_ip", "127.0.0.1"];
  const set = standalone ? [] : ["--replSet", "hookgate"];
  return { kind: "mongod", words: [path, ...where, ...set] };
}

function secantusdbCommand(python: string, options: LocalMongoServerOptions): MongoCommand {
  const { port, directory, standalone } = options;
  const where = ["--host", "127.0.0.1", "--port", `${port}`, "--storage-path", directory.path];
  const set = standalone ? ["--standalone"] : [];
  // Without this a transaction's commit ignores `j: true`, and kill -9 loses what was just acknowledged.
  const durable = "--sync-on-commit";
  return { kind: "secantusdb", words: [python, "-m", "secantus", ...where, ...set, durable] };
}

/** A server that runs as our own child process. */
class LocalMongoServer implements MongoServer {
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
    // The guard kills the server when its standard input ends; its pipes close when both are gone.
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
        // Refused after a restart, when the files belong to a set already.
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
