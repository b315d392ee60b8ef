import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { freePort } from "./free_port.ts";
import {
  LocalMongoServer,
  type MongoServer,
  mongodCommand,
  secantusdbCommand,
} from "./local_mongo_server.ts";
import { installSecantusdb } from "./secantusdb.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

export type { MongoServer } from "./local_mongo_server.ts";

/** Options for {@linkcode startMongoServer}. */
export interface StartMongoServerOptions {
  /** Where to look for `MONGODB_URI`, `PATH` and `CI`. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
  /** Starts it as a standalone server instead of a replica set. Not with an external one. @default {false} */
  standalone?: boolean;
  /** Where SecantusDB is installed. @default {"node_modules/.cache/secantusdb"} */
  cacheFolder?: string;
}

/**
 * Starts a MongoDB server on the first of: the one that `MONGODB_URI` names; a `mongod` on PATH; SecantusDB, installed
 * into node_modules/.cache on first use.
 *
 * @throws {Error} where none can be had, with the reason.
 */
export async function startMongoServer(
  options: StartMongoServerOptions = {},
): Promise<MongoServer> {
  const { env = process.env, standalone = false, ...install } = options;
  if (env["MONGODB_URI"]) return externalServer(env["MONGODB_URI"]);
  const mongod = findOnPath("mongod", env["PATH"] ?? "");
  const python = mongod ? "" : await installSecantusdb({ ...install, env });
  const directory = await temporaryDirectory();
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
 * {@linkcode startMongoServer}, or null where no server can be had: says so on standard error, so that nobody takes a
 * skipped suite for a passed one. Under CI it throws instead.
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
