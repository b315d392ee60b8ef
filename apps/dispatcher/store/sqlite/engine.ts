import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { DiskReserveError } from "../contract/event_store.ts";
import { hasRoomFor } from "./disk_reserve.ts";
import {
  describeFault,
  emptyLog,
  explain,
  isDamage,
  LogNotDurableError,
  openStoreFile,
  proveSound,
  sqliteCode,
} from "./file.ts";
import { type OperationsOptions, prepareOperations } from "./operations.ts";
import { noticePruning, type Pruning } from "./retention.ts";
import { backUp } from "./upkeep/back_up.ts";
import { clearDamageMark, isMarkedDamaged, markDamage } from "./upkeep/damage_mark.ts";
import {
  type FilePlace,
  type Misplaced,
  moveLogIntoFile,
  noteFilePlace,
  writeFileAgain,
} from "./upkeep/file_place.ts";
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

/** Time between two tries to write a removed file again, in milliseconds: each may fill the disk. */
const WRITE_AGAIN_EVERY_MS = 10_000;

/** Time between two looks through a file that is not sound, in milliseconds: each reads all of it. */
const PROVE_EVERY_MS = 10_000;

/** Why nothing is acknowledged until the whole file has been read. */
interface Doubt {
  /** What was in it before another program wrote to it, as far as that could be read; null if none did. */
  before: { state: string | null } | null;
  /** What was found wrong when it was last read, and when; null before that. */
  error: Error | null;
  at: number;
}

interface Connection {
  db: DatabaseSync;
  place: FilePlace;
  operations: WorkerOperations;
}

/**
 * Owns the file and runs calls in groups: one transaction and one fsync for all that were waiting, a savepoint for each.
 * After a fault of the file the whole group fails, and the file is reopened before the next. A file that was removed while it
 * is open is written again from the connection that still reads it; until it is back, every group fails. So they do once another
 * program has written to it, unless it has what it had, and once anything in it was found damaged, unless it proves sound.
 */
export class SqliteEngine {
  readonly #options: SqliteEngineOptions;
  #connection: Connection | null;
  #pruning: Pruning = "none";
  /** The log still has keys that were deleted. */
  #keysDeleted = false;
  #isMisplaced = false;
  /** What was recovered from a log that could not be made durable yet; null otherwise. */
  #undurable: Pick<Connection, "db" | "place"> | null = null;
  #doubt: Doubt | null = null;
  /** When the file was last written again, or that was tried. */
  #wroteAgainAt = Number.NEGATIVE_INFINITY;

  /**
   * Opens the file, and reads all of it if it was found damaged before.
   *
   * @throws {Error} with a message for an operator if it is refused; SQLite's own error if the disk fails.
   */
  constructor(options: SqliteEngineOptions) {
    this.#options = options;
    const { file } = options;
    try {
      this.#connection = this.#open();
      if (isMarkedDamaged(file)) proveSound(this.#connection.db, file);
      clearDamageMark(file);
    } catch (error) {
      this.#disconnect();
      this.#noteDamage(error);
      throw explain(error, file);
    }
  }

  /** Runs `calls` in order. What the replies say was written is durable. */
  run(calls: readonly Call[]): Reply[] {
    try {
      if (this.#isMisplaced) this.#putBack(calls[0]?.now ?? 0);
      const { db, operations, place } = this.#connect(calls[0]?.now ?? 0);
      db.exec("BEGIN IMMEDIATE");
      const replies = calls.map((call) => {
        followClock(operations, call);
        return runOne(db, operations, call);
      });
      db.exec("COMMIT");
      // Last, because nothing may be acknowledged that the next start does not find.
      const misplaced = place.check();
      this.#isMisplaced = misplaced !== null;
      if (misplaced !== null) throw new MisplacedError(misplaced, this.#options.file);
      this.#afterCommit({ db, place }, { calls, replies });
      return replies;
    } catch (error) {
      // A connection to a file without a name is all that is left of it.
      if (!(error instanceof MisplacedError)) this.#disconnect();
      this.#noteDamage(error);
      const state = describeFault(error, this.#options.file);
      const described = state === null ? (error as Error) : new Error(state, { cause: error });
      return calls.map(({ number }) => ({ number, unavailable: true, error: described }));
    }
  }

  /**
   * Moves the log into the file, while nobody waits: otherwise a commit has to, once the log is long. A fault has lost nothing;
   * the file is opened again before the next group.
   */
  moveLog(): void {
    const { db, place } = this.#connection ?? {};
    if (!db || !place || this.#isMisplaced || place.isForeign()) return;
    try {
      db.exec("PRAGMA wal_checkpoint(PASSIVE)");
      this.#isMisplaced = place.check() !== null;
    } catch {
      this.#disconnect();
    }
  }

  /** Copies the store to a new file at `target`, in slices between which {@linkcode run} goes on; its size in bytes. */
  async backUp(target: string): Promise<number> {
    this.#connection ??= this.#open();
    const { db } = this.#connection;
    const { file } = this.#options;
    const bytes = statSync(file).size;
    if (!hasRoomFor(bytes, dirname(file))) {
      throw new Error(`a copy of ${Math.ceil(bytes / 2 ** 20)} MiB would use the disk's reserve`);
    }
    return backUp(db, target);
  }

  /** Puts a file that was removed back to its place. Throws if it cannot. */
  #putBack(now: number): void {
    const misplaced = this.#connection?.place.check() ?? null;
    if (this.#connection === null || misplaced === null) return;
    const { file } = this.#options;
    const { db } = this.#connection;
    if (misplaced === "replaced") throw new MisplacedError(misplaced, file);
    if (Math.abs(now - this.#wroteAgainAt) < WRITE_AGAIN_EVERY_MS) {
      throw new MisplacedError(misplaced, file);
    }
    this.#wroteAgainAt = now;
    try {
      if (misplaced === "removed") writeFileAgain(db, file);
      else moveLogIntoFile(db, file);
    } catch (cause) {
      throw new MisplacedError(misplaced, file, { cause });
    }
    this.#disconnect();
  }

  /** The connection to a file that nobody else has written to. */
  #connect(now: number): Connection {
    const { file } = this.#options;
    if (this.#connection?.place.isForeign()) {
      const before = { state: stateOf(this.#connection.db) };
      this.#doubt = { before: this.#doubt?.before ?? before, error: null, at: 0 };
      // What this connection has in memory is of a file that is no more.
      throw new Error(`${file} was written to by another program while in use; opening it again`);
    }
    if (this.#doubt === null) {
      this.#connection ??= this.#open();
      return this.#connection;
    }
    const { error, at } = this.#doubt;
    if (error !== null && Math.abs(now - at) < PROVE_EVERY_MS) throw error;
    return this.#prove(this.#doubt, now);
  }

  /** The connection to a file that may be damaged or another, if it is sound and has what it had: it was only touched. */
  #prove({ before }: Doubt, now: number): Connection {
    const { file } = this.#options;
    try {
      const connection = this.#connection ?? this.#open();
      this.#connection = connection;
      proveSound(connection.db, file);
      if (before !== null && (before.state === null || stateOf(connection.db) !== before.state)) {
        throw new ForeignError(file);
      }
      clearDamageMark(file);
      this.#doubt = null;
      return connection;
    } catch (error) {
      this.#doubt = { before, error: error as Error, at: now };
      throw error;
    }
  }

  /** Nothing is acknowledged on a damaged file, now or after a restart, although most calls do not read what is damaged. */
  #noteDamage(error: unknown): void {
    if (!isDamage(error)) return;
    const { file } = this.#options;
    const fault = sqliteCode(error) === null ? ((error as Error).cause ?? error) : error;
    markDamage(file, describeFault(fault, file) ?? (fault as Error).message);
    this.#doubt ??= { before: null, error: null, at: 0 };
  }

  #afterCommit(
    { db, place }: Pick<Connection, "db" | "place">,
    { calls, replies }: { calls: readonly Call[]; replies: readonly Reply[] },
  ): void {
    this.#pruning = noticePruning(this.#pruning, calls, replies);
    this.#keysDeleted ||= calls.some(({ operation }) => operation === "eraseDataKeys");
    if (this.#pruning !== "ended" && !this.#keysDeleted) return;
    try {
      emptyLog(db);
      this.#keysDeleted = false;
      if (this.#pruning === "ended") this.#pruning = "none";
    } catch {
      // The calls were written; the next group finds the fault, or empties the log.
    }
    this.#isMisplaced = place.check() !== null;
  }

  /** Closes the file, in any state; undoes a transaction under way. A file that was removed is written again before. */
  close(): void {
    try {
      this.#putBack(Number.POSITIVE_INFINITY);
    } catch {
      // What could be done was done; the replies have said what is wrong.
    }
    this.#disconnect();
  }

  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = null;
    try {
      connection?.db.close();
    } catch {
      // The transaction is undone anyway, and the next connection reads what is on the disk.
    }
  }

  /** @throws {Error} if the disk fails, or the file is not where it was when that began. */
  #openFile(file: string): DatabaseSync {
    const { db: recovered, place } = this.#undurable ?? {};
    const misplaced = place?.check() ?? null;
    if (misplaced !== null) {
      throw new Error(
        `${file} was ${misplaced === "replaced" ? "replaced" : "removed"} while its disk failed; restart the dispatcher once it is back`,
      );
    }
    try {
      const db = openStoreFile(file, { recovered });
      this.#undurable = null;
      return db;
    } catch (error) {
      this.#undurable =
        error instanceof LogNotDurableError
          ? { db: error.db, place: place ?? noteFilePlace(file) }
          : null;
      throw error;
    }
  }

  #open(): Connection {
    const { file, configure, ...options } = this.#options;
    const db = this.#openFile(file);
    try {
      configure?.(db);
      return { db, place: noteFilePlace(file), operations: prepareOperations(db, options) };
    } catch (error) {
      db.close();
      throw explain(error, file);
    }
  }
}

/** The file is not where it was when it was opened. Nothing is acknowledged until it is. */
class MisplacedError extends Error {
  override name = "MisplacedError";

  constructor(misplaced: Misplaced, file: string, options: ErrorOptions = {}) {
    const why = options.cause instanceof Error ? ` (${options.cause.message})` : "";
    super(`${WHAT_HAPPENED[misplaced](file)}${why}`, options);
  }
}

/** What this process knows of the store no longer holds. */
class ForeignError extends Error {
  override name = "ForeignError";

  constructor(file: string) {
    super(
      `${file} was written over by another program while in use; restart the dispatcher to go on with what is in it now, ` +
        "or stop it and put a backup in its place with npx hookgate restore",
    );
  }
}

const WHAT_HAPPENED: Readonly<Record<Misplaced, (file: string) => string>> = {
  removed: (file) =>
    `${file} was removed while in use; it is written again, from what is still open`,
  log_removed: (file) =>
    `${file}-wal was removed while in use; what it held is moved into the file`,
  replaced: (file) =>
    `${file} was replaced by another file while in use; move that one away and the store is written there again, ` +
    "or stop the dispatcher to use that one and lose what the store held",
};

/** What a store has, as far as its owner would notice another one; null if it cannot be read. */
function stateOf(db: DatabaseSync): string | null {
  try {
    return JSON.stringify(
      db
        .prepare(
          `SELECT revision, (SELECT max(row) FROM events), (SELECT max(row) FROM deliveries) FROM facts`,
        )
        .get(),
    );
  } catch {
    return null;
  }
}

/**
 * A step of the clock is followed in the transaction of the first call after it, so that no call sees what the other time has
 * written, and no step counts twice. An owner's first call ends what an earlier owner's clock has done.
 */
function followClock(operations: WorkerOperations, { operation, now, steps }: Call): void {
  if (operation !== "takeOverAll") operations.rebase(now, steps);
}

/** Runs one call; throws if the fault is the file's. */
function runOne(
  db: DatabaseSync,
  operations: WorkerOperations,
  { number, operation, args, now }: Call,
): Reply {
  const run = operations[operation as keyof WorkerOperations] as (
    now: number,
    ...args: readonly unknown[]
  ) => unknown;
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
