import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "@hookgate/telemetry";
import { BUCKET_MS, sumSteps } from "../contract/buckets.ts";
import type { EventStore } from "../contract/event_store.ts";
import type { BucketSum } from "../contract/metrics.ts";
import { OPERATION_WORDS, type OperationName, type Operations } from "../contract/operations.ts";
import { prepareStoreFile } from "./file.ts";
import { type SpawnStoreThread, SqliteThread } from "./thread.ts";
import { removeBroken } from "./upkeep/back_up.ts";
import { WallClock, type WallClockOptions } from "./wall_clock.ts";
import { type Args, CROSSINGS, type Crossing, type Output } from "./wire.ts";

/** How often a step of the clock is looked for, in milliseconds. */
const CLOCK_LOOK_MS = 1_000;

/** Calls that one page of a list takes at most. Each is short, and commits of events have their turn between two. */
const PAGE_CALLS_MAX = 8;

/** Where backups are made, in DATA_DIR: on the same disk, so that they can be moved away whole. */
export const BACKUP_FOLDER = "backups";

/** Options for {@linkcode openSqliteStore}. */
export interface SqliteStoreOptions {
  /** Directory of the store's file; made if it is missing. */
  dataDir: string;
  /** The owner, for the log. */
  dispatcherId: string;
  log: Pick<Log, "info" | "warn" | "error">;
  /** The machine's clocks. */
  clocks?: WallClockOptions;
  /** Starts the thread that owns the file; for tests. */
  spawn?: SpawnStoreThread;
}

/** The embedded store. */
export interface SqliteStore extends EventStore {
  /** Whether the disk has room for captures above its reserve. */
  diskHasRoom(): Promise<boolean>;
}

/**
 * Opens the embedded store in `dataDir` and returns to the queue what an earlier owner left running.
 *
 * @throws {Error} with a message for an operator if the directory or the file is refused: in use by another dispatcher,
 * written by a newer version, not writable.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { dataDir, dispatcherId, log, clocks } = options;
  const { spawn = (url, workerOptions) => new Worker(url, workerOptions) } = options;
  const file = prepareStoreFile(dataDir);
  const clock = new WallClock(clocks);
  const now = () => clock.now();
  const thread = new SqliteThread({ file, now, steps: () => clock.steps, log, spawn });
  const takenOver = await thread.start();
  const backups = join(resolve(dataDir), BACKUP_FOLDER);
  // Only the store's owner makes any.
  removeBroken(backups);
  log.info({ file, dispatcherId, takenOver }, "store opened");
  const operations = remoteOperations(thread, now);
  const clockTimer = setInterval(() => {
    const stepMs = clock.look();
    if (stepMs !== 0) log.warn({ stepMs }, "the clock was set, waiting deliveries move along");
  }, CLOCK_LOOK_MS).unref();
  return {
    ...operations,
    listEvents: (query) => fillPage("events", query, operations.listEvents),
    listQuarantine: (query) => fillPage("requests", query, operations.listQuarantine),
    async backlog(name, { deliveriesMax }) {
      const sum = { deliveries: 0, bytes: 0, oldestDueAt: null as number | null };
      for (let after: number | null = 0; after !== null; ) {
        const left = deliveriesMax - sum.deliveries;
        const part: Output<"backlog"> = await thread.call("backlog", [
          name,
          { deliveriesMax: left, after },
        ]);
        sum.deliveries += part.deliveries;
        sum.bytes += part.bytes;
        sum.oldestDueAt = part.oldestDueAt;
        after = part.next;
      }
      return sum;
    },
    async readBuckets(query) {
      const parts: BucketSum[] = [];
      for (let after: number | null = query.from; after !== null; ) {
        const part: Output<"readBuckets"> = await thread.call("readBuckets", [{ ...query, after }]);
        for (const sum of part.sums) parts.push(sum);
        after = part.next;
      }
      // Only a step of several buckets can be in two parts.
      return query.stepMs > BUCKET_MS[query.level] ? sumSteps(parts) : parts;
    },
    takeOver: (input) => inSteps(() => operations.takeOver(input)),
    pruneQuarantine: (input) => inSteps(() => operations.pruneQuarantine(input)),
    kind: "sqlite",
    shared: false,
    now,
    clockSteps: () => clock.steps,
    async backUp(name) {
      const path = join(backups, name);
      return { path, bytes: await thread.call("backUp", [path]) };
    },
    diskHasRoom: () => thread.call("diskHasRoom", []),
    close() {
      clearInterval(clockTimer);
      return thread.close();
    },
  };
}

/** Every operation of the contract as a call of the thread. */
function remoteOperations(thread: SqliteThread, now: () => number): Operations {
  const names = Object.keys(OPERATION_WORDS) as OperationName[];
  return Object.fromEntries(
    names.map((name) => [name, remoteOperation(name, thread, now)]),
  ) as unknown as Operations;
}

function remoteOperation<K extends OperationName>(
  name: K,
  thread: SqliteThread,
  now: () => number,
): (...args: Parameters<Operations[K]>) => Promise<unknown> {
  const { pack, unpack }: Crossing<K> = CROSSINGS[name] ?? {};
  if (!pack && !unpack) return (...args) => thread.call(name, args as unknown as Args<K>);
  return async (...given) => {
    const { args, owned } = pack?.(...given) ?? { args: given as unknown as Args<K>, owned: [] };
    const at = now();
    const transfer = owned.map(({ buffer }) => buffer as ArrayBuffer);
    const output = await thread.call(name, args, { now: at, transfer });
    return unpack ? unpack(output, at, ...given) : output;
  };
}

/** Runs steps, each a transaction of its own, until one finds nothing left to do. Returns the sum of what they did. */
async function inSteps(step: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    const done = await step();
    if (done === 0) return sum;
    sum += done;
  }
}

/** Reads a page in short calls, each from where the one before ended, until it is full or has taken its calls. */
async function fillPage<
  Name extends string,
  Item,
  Query extends { limit: number; cursor?: string },
>(name: Name, query: Query, list: (part: Query) => Promise<PageOf<Name, Item>>) {
  const items: Item[] = [];
  let part = query;
  for (let calls = 1; ; calls += 1) {
    const { [name]: more, cursor } = await list(part);
    items.push(...more);
    const left = query.limit - items.length;
    if (cursor === null || left === 0 || calls === PAGE_CALLS_MAX) {
      return { [name]: items, cursor } as PageOf<Name, Item>;
    }
    part = { ...query, limit: left, cursor };
  }
}

type PageOf<Name extends string, Item> = Readonly<Record<Name, readonly Item[]>> & {
  cursor: string | null;
};
