import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free_port.ts";
import { mongoCommand, replySays } from "./mongo_wire.ts";
import { installSecantusdb } from "./secantusdb.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary_directory.ts";

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
  /** Stops it for good and removes its files. */
  stop(): Promise<void>;
}

/** Options for {@linkcode startMongoServer}. */
export interface StartMongoServerOptions {
  /** Where to look for `MONGODB_URI`, `PATH` and `CI`. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
  /** Starts it as a standalone server instead of a replica set. Not with an external one. @default {false} */
  standalone?: boolean;
}

/** Longest that a server may take until it takes commands, in milliseconds. */
const START_MS_MAX = 60_000;
const READY_POLL_MS = 50;

/** What is kept of a server's output, to say why it did not start. */
const OUTPUT_CHARS_MAX = 2_000;

/**
 * Runs a command for as long as standard input stays open: however this process ends, the server ends with it. The
 * first line it writes is the server's process id.
 */
const GUARD = `"$@" </dev/null >&2 & echo $!; cat >/dev/null; kill -9 $!`;

/**
 * Starts a MongoDB server on the first of: the one that `MONGODB_URI` names; a `mongod` on PATH; SecantusDB, installed
 * into node_modules/.cache on first use.
 *
 * @throws {Error} where none can be had, with the reason.
 */
export async function startMongoServer(
  options: StartMongoServerOptions = {},
): Promise<MongoServer> {
  const { env = process.env, standalone = false } = options;
  if (env["MONGODB_URI"]) return externalServer(env["MONGODB_URI"]);
  const mongod = findOnPath("mongod", env["PATH"] ?? "");
  const python = mongod ? "" : await installSecantusdb();
  const directory = await temporaryDirectory();
  try {
    const options = { port: await freePort(), directory, standalone };
    const command = mongod ? mongodCommand(mongod, options) : secantusdbCommand(python, options);
    const server = new LocalServer(command, options);
    await server.restart();
    return server;
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * {@linkcode startMongoServer}, or null where no server can be had: says so on standard error, so that nobody takes a
 * skipped suite for a passed one. Under CI it throws instead.
 */
export async function startMongoServerOrSkip(
  options: StartMongoServerOptions = {},
): Promise<MongoServer | null> {
  const { env = process.env } = options;
  try {
    return await startMongoServer(options);
  } catch (error) {
    if (env["CI"]) throw error;
    const line = "=".repeat(80);
    process.stderr.write(`${line}\nSKIPPED: the MongoDB suite did not run. ${error}\n${line}\n`);
    return null;
  }
}

/** The same address with a database of this name. */
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

interface LocalServerOptions {
  /** Stays its own across restarts. */
  port: number;
  directory: TemporaryDirectory;
  standalone: boolean;
}

interface Command {
  kind: "mongod" | "secantusdb";
  words: readonly string[];
}

function mongodCommand(path: string, { port, directory, standalone }: LocalServerOptions): Command {
  const where = ["--port", `${port}`, "--dbpath", directory.path, "--bind_ip", "127.0.0.1"];
  const set = standalone ? [] : ["--replSet", "hookgate"];
  return { kind: "mongod", words: [path, ...where, ...set] };
}

function secantusdbCommand(python: string, options: LocalServerOptions): Command {
  const { port, directory, standalone } = options;
  const where = ["--host", "127.0.0.1", "--port", `${port}`, "--storage-path", directory.path];
  const set = standalone ? ["--standalone"] : [];
  return { kind: "secantusdb", words: [python, "-m", "secantus", ...where, ...set] };
}

/** A server process of ours. */
class LocalServer implements MongoServer {
  readonly uri: string;
  readonly kind: Command["kind"];
  readonly #words: readonly string[];
  readonly #options: LocalServerOptions;
  #guard: ChildProcess | null = null;
  #closed: Promise<void> = Promise.resolve();
  #pid = 0;
  #output = "";

  constructor(command: Command, options: LocalServerOptions) {
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

  async stop(): Promise<void> {
    await this.kill();
    await this.#options.directory[Symbol.asyncDispose]();
  }

  #launch(): void {
    const guard = spawn("sh", ["-c", GUARD, "sh", ...this.#words], { stdio: "pipe" });
    this.#guard = guard;
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

function externalServer(uri: string): MongoServer {
  const refuse = () => Promise.reject(new Error("Cannot kill the server: MONGODB_URI is not ours"));
  return { uri, kind: "external", kill: refuse, restart: refuse, stop: () => Promise.resolve() };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function findOnPath(name: string, path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}
