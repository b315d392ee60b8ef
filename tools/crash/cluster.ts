import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readLocalToken } from "@hookgate/config";
import { connectRpc } from "@hookgate/rpc";
import { databaseUri, type MongoServer } from "@hookgate/testing";
import { STORE_FILE } from "../../apps/dispatcher/store/sqlite/file.ts";
import { type Apps, prepareApps } from "../processes/apps.ts";
import type { ChildProgram, StartProgramOptions } from "../processes/child_program.ts";
import { readFileStore, readMongoStore, type Stored } from "./judge/read_store.ts";
import { DOOMED_TYPE, ORDERED_SOURCE, SOURCES, secretOf } from "./load/start_load.ts";
import { comesTrue } from "./patience.ts";

const HANDLER = join(import.meta.dirname, "handler.ts");

/** Lines of a program that are kept, for the report of a failure. */
const LINES_MAX = 200;

/** Tries to start a program that ends before it is ready, for example because the store is away. */
const START_TRIES_MAX = 20;

/** Between two looks for deliveries that have not ended, in milliseconds. */
const IDLE_LOOK_MS = 100;

/** Looks in which nothing may be left. */
const IDLE_LOOKS = 2;

/** One edge or dispatcher: stays the same across its restarts. */
export class Slot {
  readonly name: string;
  /** The last lines of all its runs. */
  readonly lines: string[] = [];
  readonly #apps: Apps;
  readonly #app: "edge" | "dispatcher";
  readonly #options: StartProgramOptions;
  #program: ChildProgram | null = null;
  #pid = 0;

  constructor(app: "edge" | "dispatcher", { apps, number, options }: SlotOptions) {
    this.name = `${app} ${number}`;
    this.#app = app;
    this.#apps = apps;
    this.#options = options;
  }

  get edgePort(): number {
    return this.#apps.edgePort;
  }

  get rpcAddress(): string {
    return this.#apps.rpcAddress;
  }

  /** The running program. */
  get program(): ChildProgram {
    if (!this.#program) throw new Error(`Cannot use ${this.name}: it does not run`);
    return this.#program;
  }

  /**
   * Starts it, as its supervisor would: again, if it ends before it is ready. With these options in addition; returns false if
   * they had it killed before it was ready.
   */
  async start(options: StartProgramOptions = {}): Promise<boolean> {
    for (let tried = 1; ; tried += 1) {
      if (await this.#startOnce(options)) return true;
      if (this.lines.at(-1)?.includes("SIGKILL")) return false;
      if (tried === START_TRIES_MAX) throw new Error(this.describe());
    }
  }

  async #startOnce(options: StartProgramOptions): Promise<boolean> {
    try {
      this.#program = await this.#apps.start(this.#app, {
        ...this.#options,
        ...options,
        env: { ...this.#options.env, ...options.env },
        onLine: (line) => this.#keep(line),
        onSpawn: (pid) => {
          this.#pid = pid;
        },
      });
      return true;
    } catch (error) {
      this.#keep(String(error));
      return false;
    }
  }

  /** Its process id, also before it is ready. */
  get pid(): number {
    return this.#pid;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.#pid, name);
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** Drains it. */
  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** Its last lines. */
  describe(): string {
    return [`${this.name} wrote last:`, ...this.lines.slice(-10)].join("\n  ");
  }

  #keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > LINES_MAX) this.lines.shift();
  }
}

interface SlotOptions {
  apps: Apps;
  number: number;
  options: StartProgramOptions;
}

/** How a gateway is started. */
export interface ClusterOptions {
  /** Where configuration, data and what handlers wrote are kept. */
  folder: string;
  /** The server, with the address that dispatchers use; null for the embedded store. */
  mongo: { server: MongoServer; uri: string } | null;
  edges: number;
  /** Keys of the configuration in addition to the harness's own. @default {""} */
  config?: { sources?: string; subscriptions?: string; more?: string };
  dispatcherOptions?: StartProgramOptions;
  edgeOptions?: StartProgramOptions;
  /** Wait before each retry, in milliseconds. @default {200} */
  retryMs?: number;
  /** DATA_DIR. @default {a folder in `folder`} */
  dataDir?: string;
  /** What edges connect to instead of a dispatcher's own address, such as a proxy's. */
  addressOf?: (rpcAddress: string) => Promise<string>;
}

/** A whole gateway: edges, dispatchers, one store. */
export interface Cluster {
  edges: readonly Slot[];
  dispatchers: readonly Slot[];
  runsPath: string;
  /** Process ids of all of them. */
  pids(): readonly number[];
  /** Waits until no delivery waits or runs, or none has ended for this time; returns what is left, empty if nothing. */
  idle(stuckMs: number): Promise<string>;
  /** Stops everything and reads the store. */
  read(): Promise<Stored>;
  /** Ends everything. */
  kill(): Promise<void>;
}

/** Two dispatchers share MongoDB; a file has one owner. */
const DISPATCHERS = { embedded: 1, mongodb: 2 };

/** Starts a gateway with the harness's handlers. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, mongo, dispatcherOptions = {}, edgeOptions = {} } = options;
  const { addressOf = async (address) => address } = options;
  const runsPath = join(folder, "runs");
  await writeFile(runsPath, "");
  const env = {
    CRASH_RUNS: runsPath,
    LOG_LEVEL: "error",
    MONGODB_URI: mongo?.uri ?? "",
    ...(options.dataDir && { DATA_DIR: options.dataDir }),
  };
  // One folder and so one configuration and one token for all of them; each has ports of its own.
  const prepare = () => prepareApps(folder, { config: configOf(options), env });
  const count = Math.max(options.edges, mongo ? DISPATCHERS.mongodb : DISPATCHERS.embedded);
  const prepared: Apps[] = [];
  for (let number = 0; number < count; number += 1) prepared.push(await prepare());
  const dispatchers = prepared
    .slice(0, mongo ? DISPATCHERS.mongodb : DISPATCHERS.embedded)
    .map((apps, index) => {
      return new Slot("dispatcher", { apps, number: index + 1, options: dispatcherOptions });
    });
  const addresses = await Promise.all(dispatchers.map(({ rpcAddress }) => addressOf(rpcAddress)));
  const edges = prepared.slice(0, options.edges).map((apps, index) => {
    const own = { ...edgeOptions.env, DISPATCHER_ADDRESS: addresses.join(",") };
    const started = { ...edgeOptions, env: own };
    return new Slot("edge", { apps, number: index + 1, options: started });
  });
  const all = [...dispatchers, ...edges];
  const pids = () => all.map(({ pid }) => pid);
  const kill = async () => {
    await Promise.all(all.map((slot) => slot.kill()));
  };
  try {
    // One after the other: the first makes the token and the store.
    for (const slot of all) await slot.start();
  } catch (error) {
    await kill();
    throw error;
  }
  const [{ dataDir = "" } = {}] = prepared;
  const token = readLocalToken(options.dataDir ?? dataDir);
  return {
    edges,
    dispatchers,
    runsPath,
    pids,
    idle: (stuckMs) =>
      waitUntilIdle({ address: dispatchers[0]?.rpcAddress ?? "", token, stuckMs, pids }),
    async read() {
      await Promise.all(all.map((slot) => slot.stop()));
      if (mongo) return readMongoStore(mongo.server.uri + DATABASE);
      return readFileStore(join(options.dataDir ?? dataDir, STORE_FILE));
    },
    kill,
  };
}

const DATABASE = "crash";

/** Address of the harness's database on a server, perhaps by way of another port of this machine. */
export function crashDatabase({ uri }: MongoServer, port?: number): string {
  const through = port === undefined ? uri : `mongodb://127.0.0.1:${port}/?directConnection=true`;
  return databaseUri(through, DATABASE);
}

function configOf({ config = {}, retryMs = 200 }: ClusterOptions): string {
  const { sources = "", subscriptions = "", more = "" } = config;
  const own = SOURCES.map(
    (name) => `${name}: { provider: "generic", secrets: ["${secretOf(name)}"] }`,
  );
  const handler = `handler: ${JSON.stringify(HANDLER)}`;
  const unordered = SOURCES.filter((name) => name !== ORDERED_SOURCE);
  return `{
    sources: { ${own.join(", ")}, ${sources} },
    retryPolicies: { quick: { delays: ${JSON.stringify(Array(50).fill(retryMs))} } },
    subscriptions: {
      plain: { sources: ${JSON.stringify(unordered)}, events: ["payment.success", "payment.failed", "course.*"], ${handler}, retry: "quick" },
      ordered: { sources: ["${ORDERED_SOURCE}"], events: ["*"], orderBy: "/data/key", ${handler}, retry: "quick" },
      doomed: { sources: ${JSON.stringify(unordered)}, events: ["${DOOMED_TYPE}"], ${handler}, retry: "quick", retries: 1 },
      ${subscriptions}
    },
    handlerEnv: ["CRASH_RUNS", "CRASH_IN_HANDLER"],
    ${more}
  }`;
}

async function waitUntilIdle({ address, token, stuckMs, pids }: IdleOptions): Promise<string> {
  const client = connectRpc({ address, security: { token, tls: null } });
  let left = Number.POSITIVE_INFINITY;
  let problem = "";
  const lookAgain = async () => {
    const before = left;
    try {
      left = (await client.admin.getHealth({})).queueSize;
      problem = `${left} deliveries have not ended`;
    } catch (error) {
      problem = `the dispatcher does not answer: ${error}`;
    }
    return left < before;
  };
  try {
    // Twice: MongoDB counts those that wait and those that run one after the other, and misses one that changes meanwhile.
    for (let looks = 0; looks < IDLE_LOOKS; looks += 1) {
      left = Number.POSITIVE_INFINITY;
      while (left > 0) {
        const ended = await comesTrue(lookAgain, { ms: stuckMs, pids, everyMs: IDLE_LOOK_MS });
        if (!ended) return problem;
      }
      await delay(IDLE_LOOK_MS);
    }
    return "";
  } finally {
    client.close();
  }
}

interface IdleOptions {
  address: string;
  token: string | null;
  stuckMs: number;
  pids: () => readonly number[];
}
