import type { DatabaseSync } from "node:sqlite";
import { DiskReserveError } from "../contract/event_store.ts";
import { emptyLog, openStoreFile, sqliteCode } from "./file.ts";
import { type OperationsOptions, prepareOperations } from "./operations.ts";
import { noticePruning, type Pruning } from "./retention.ts";
import type { Call, Reply, WorkerOperations } from "./wire.ts";

/** SQLite's codes for a fault of one call, not of the file: a constraint, a mismatch of types, a bad parameter. */
const CALL_FAULTS = new Set([19, 20, 25]);

/** Options for {@linkcode SqliteEngine}. */
export interface SqliteEngineOptions extends OperationsOptions {
  /** Path of the store's file, which exists. */
  file: string;
  /** Called with each new connection, before it is used. */
  configure?: (db: DatabaseSync) => void;
}

interface Connection {
  db: DatabaseSync;
  operations: WorkerOperations;
}

/**
 * Owns the file and runs calls in groups: one transaction and one fsync for all that were waiting, a savepoint for each.
 * After a fault of the file the whole group fails, and the file is reopened before the next.
 */
export class SqliteEngine {
  readonly #options: SqliteEngineOptions;
  #connection: Connection | null;
  #pruning: Pruning = "none";

  /** Opens the file; throws what {@linkcode openStoreFile} throws. */
  constructor(options: SqliteEngineOptions) {
    this.#options = options;
    this.#connection = this.#open();
  }

  /** Runs `calls` in order. What the replies say was written is durable. */
  run(calls: readonly Call[]): Reply[] {
    try {
      this.#connection ??= this.#open();
      const { db, operations } = this.#connection;
      db.exec("BEGIN IMMEDIATE");
      const replies = calls.map((call) => runOne(db, operations, call));
      db.exec("COMMIT");
      this.#afterCommit(db, calls, replies);
      return replies;
    } catch (error) {
      this.close();
      return calls.map(({ number }) => ({ number, unavailable: true, error: error as Error }));
    }
  }

  #afterCommit(db: DatabaseSync, calls: readonly Call[], replies: readonly Reply[]): void {
    this.#pruning = noticePruning(this.#pruning, calls, replies);
    if (this.#pruning !== "ended") return;
    try {
      emptyLog(db);
      this.#pruning = "none";
    } catch {
      // The calls were written; the next group finds the fault, or the end of the next pruning empties the log.
    }
  }

  /** Closes the file, in any state; undoes a transaction under way. */
  close(): void {
    const connection = this.#connection;
    this.#connection = null;
    try {
      connection?.db.close();
    } catch {
      // The transaction is undone anyway, and the next connection reads what is on the disk.
    }
  }

  #open(): Connection {
    const { file, configure, ...options } = this.#options;
    const db = openStoreFile(file);
    configure?.(db);
    return { db, operations: prepareOperations(db, options) };
  }
}

/** Runs one call; throws if the fault is the file's. */
function runOne(
  db: DatabaseSync,
  operations: WorkerOperations,
  { number, operation, args, now }: Call,
): Reply {
  const run = operations[operation] as (now: number, ...args: readonly unknown[]) => unknown;
  db.exec("SAVEPOINT one");
  try {
    const value = run(now, ...args);
    db.exec("RELEASE one");
    return { number, value };
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== null && !CALL_FAULTS.has(code)) throw error;
    db.exec("ROLLBACK TO one; RELEASE one");
    const unavailable = error instanceof DiskReserveError && "disk_reserve";
    return { number, unavailable, error: error as Error };
  }
}
