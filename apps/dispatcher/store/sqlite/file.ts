import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fsyncPath, giveName, keepName, makeFolders } from "@hookgate/files";
import { prepare } from "./rows.ts";
import { prepareSchema } from "./schema.ts";

/** Name of the store's file in DATA_DIR. */
export const STORE_FILE = "hookgate.sqlite";

/**
 * Large pages hold several two-kilobyte events each; with 4 KiB pages commits are several times slower, and with 16 KiB a third
 * more is written. A file keeps the pages it was made with.
 */
const PAGE_BYTES = 8_192;

/** Pages kept in memory: with half or twice as many an event costs the same, also beside 300,000 others. */
const CACHE_KIB = 16_384;

/** Bytes of pages in the write-ahead log before a commit has to wait until they are moved into the file. */
const CHECKPOINT_BYTES = 8_192_000;

/** Bytes of the log that are written again at once. */
const SLICE_BYTES = 65_536;

/** Size the write-ahead log may keep: a checkpoint's pages, and as much for one large group of calls. */
export const LOG_BYTES_MAX = 2 * CHECKPOINT_BYTES;

/** SQLite's codes for a file locked by another connection, a damaged one, a full disk, and a file that is no database. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** What it says of a file that this user may not use, or that has no room for its log; of a disk that fails, too. */
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CANTOPEN = 14;

const LOOK =
  "look at it with npx hookgate check <file>, and put a backup in its place with npx hookgate restore";

/** What is next to a store's file only if there was one, and what to do about it. */
const LEFT_OVER: readonly (readonly [ending: string, advice: (file: string) => string])[] = [
  [
    "-wal",
    (file) =>
      `but its log ${file}-wal is there, with what was stored last: put the file back, or a backup with npx hookgate restore; ` +
      "or move the log away to begin with an empty store",
  ],
  [
    "-restored",
    () => "and a restore was interrupted: call npx hookgate restore again, unless it still runs",
  ],
  [
    "-again",
    (file) =>
      `but ${file}-again is there, from when it was removed: put it in its place with npx hookgate restore ${file}-again`,
  ],
];

/**
 * Makes DATA_DIR (mode 0700) and the store's file (mode 0600) if they are missing. Returns the file's path.
 *
 * @throws {Error} with a message for an operator if the directory cannot be used, or a store was there.
 */
export function prepareStoreFile(dataDir: string): string {
  makeDataDir(dataDir);
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === "EROFS" ? "its file system is read-only" : "this user may not write to it";
    throw new Error(`Cannot use the data directory ${dataDir}: ${why}`, { cause });
  }
  const file = join(dataDir, STORE_FILE);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) makeFile(file);
  else if (!stat.isFile()) throw new Error(`Cannot open the store: ${file} is not a file`);
  else {
    const why = whyUnusable(file);
    if (why !== null) throw new Error(`Cannot open the store: ${why}`);
    if ((stat.mode & 0o077) !== 0) closeToOthers(file);
  }
  removeBegun(dataDir);
  return file;
}

/** Never by opening it: closing any descriptor of the file would drop this process's locks on it. */
function closeToOthers(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (cause) {
    throw new Error(
      `Cannot open the store: others may read ${file}, and this user may not change that; give the file to this user (chown)`,
      { cause },
    );
  }
}

/** Makes DATA_DIR if it is missing. @throws {Error} with a message for an operator if it cannot be made. */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolders(dataDir);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const whys: Record<string, string> = {
      EEXIST: "it is not a directory",
      ENOTDIR: "it is not a directory",
      ENOENT: "the system lets nobody make one there",
    };
    const why = whys[code ?? ""] ?? code;
    throw new Error(`Cannot make the data directory ${dataDir}: ${why}`, { cause });
  }
}

/**
 * Opens the store's file, which exists, as its only owner, and brings its schema up to date. SQLite holds the operating system's lock on
 * the file while it is open; any end of the process releases it. `recovered` is what {@linkcode LogNotDurableError} has left open.
 *
 * @throws {LogNotDurableError} if the disk fails where the connection must not be closed.
 * @throws {Error} with a message for an operator if it is refused; SQLite's own error if the disk fails.
 */
export function openStoreFile(
  file: string,
  { recovered }: { recovered?: DatabaseSync | undefined } = {},
): DatabaseSync {
  const db = recovered ?? recoverStoreFile(file);
  try {
    // Now that nobody else can own the file, and before anything is added to what SQLite has recovered.
    makeLogDurable(`${file}-wal`);
  } catch (cause) {
    throw new LogNotDurableError(db, cause);
  }
  try {
    prepareSchema(db, file);
    return db;
  } catch (error) {
    db.close();
    throw explain(error, file);
  }
}

function recoverStoreFile(file: string): DatabaseSync {
  refuseNew(file);
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    // Before the first access, so that the index of the log is in memory and the lock is held until the file is closed.
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${PAGE_BYTES};`);
    db.exec("PRAGMA journal_mode = WAL");
    // secure_delete overwrites removed bodies; without it they stay readable in the file's free pages.
    db.exec(`PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_BYTES / pageBytesOf(db)};
      PRAGMA journal_size_limit = ${LOG_BYTES_MAX};
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA temp_store = MEMORY;`);
    return db;
  } catch (error) {
    db.close();
    throw explain(error, file);
  }
}

/**
 * The log could not be made durable. Its connection stays open: SQLite moves the log into the file when it is closed, and a power cut
 * in the middle of that would leave parts of what is not in the log on the disk.
 */
export class LogNotDurableError extends Error {
  override name = "LogNotDurableError";
  readonly db: DatabaseSync;

  constructor(db: DatabaseSync, cause: unknown) {
    super(`Cannot write the store's log: ${(cause as Error).message}`, { cause });
    this.db = db;
  }
}

/**
 * Writes the log again as it is, and fsyncs it. After an fsync that failed the kernel takes for written what never reached the
 * disk: the log then reads as a whole, and is one with a hole after power loss, which ends what SQLite recovers.
 */
function makeLogDurable(log: string): void {
  if (sizeOf(log) === 0) return;
  const descriptor = openSync(log, "r+");
  try {
    const slice = Buffer.allocUnsafe(SLICE_BYTES);
    for (let at = 0, length: number; ; at += length) {
      length = readSync(descriptor, slice, 0, slice.length, at);
      if (length === 0) break;
      writeSync(descriptor, slice, 0, length, at);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads the whole file, as far as SQLite can tell whether it is sound.
 *
 * @throws {Error} with a message for an operator if it is not.
 */
export function proveSound(db: DatabaseSync, file: string): void {
  const [found] = prepare<{ quick_check: string }>(db, "PRAGMA quick_check(1)").all();
  const { quick_check: words = "" } = found ?? {};
  if (words !== "ok") throw new DamagedError(damaged(file, words.replaceAll("\n", " ")));
}

/** What SQLite's check of a whole file has found. */
class DamagedError extends Error {
  override name = "DamagedError";
}

/** Moves the write-ahead log into the file and truncates it, so that it holds no copy of removed bodies. */
export function emptyLog(db: DatabaseSync): void {
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Sizes of the store's file and its write-ahead log, in bytes. */
export interface FileSpace {
  /** Free pages in the file. */
  freeBytes: number;
  /** Size of the log, which is overwritten after each checkpoint. */
  logBytes: number;
  /** How much the file will grow when the log is moved into it. */
  growthBytes: number;
}

/** Prepares the measurement of an open store's {@linkcode FileSpace}. */
export function prepareFileSpace(db: DatabaseSync, file: string): () => FileSpace {
  const freePages = prepare<{ freelist_count: number }>(db, "PRAGMA freelist_count");
  const pages = prepare<{ page_count: number }>(db, "PRAGMA page_count");
  const pageBytes = pageBytesOf(db);
  return () => ({
    freeBytes: (freePages.get()?.freelist_count ?? 0) * pageBytes,
    logBytes: sizeOf(`${file}-wal`),
    growthBytes: Math.max(0, (pages.get()?.page_count ?? 0) * pageBytes - sizeOf(file)),
  });
}

function pageBytesOf(db: DatabaseSync): number {
  return prepare<{ page_size: number }>(db, "PRAGMA page_size").get()?.page_size ?? PAGE_BYTES;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Makes an empty store under another name first: a file with the store's name always has a schema, so one without was cut off. */
function makeFile(file: string): void {
  for (const [ending, advice] of LEFT_OVER) {
    if (!existsSync(`${file}${ending}`)) continue;
    throw new Error(`Cannot open the store: ${file} is missing, ${advice(file)}`);
  }
  const begun = `${file}-new-${randomUUID()}`;
  try {
    closeSync(openSync(begun, "wx", 0o600));
    const db = new DatabaseSync(begun);
    try {
      db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = MEMORY;`);
      prepareSchema(db, begun);
    } finally {
      db.close();
    }
    fsyncPath(begun);
    giveName(begun, file);
  } catch (error) {
    rmSync(begun, { force: true });
    if (sqliteCode(error) !== null) throw explain(error, file);
    const { message } = error as Error;
    throw new Error(`Cannot create the store's file ${file}: ${message}`, { cause: error });
  }
  keepName(file);
}

/** Removes what starts have begun that were killed meanwhile. Another dispatcher's, too: it takes the store that is there now. */
function removeBegun(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(`${STORE_FILE}-new-`)) rmSync(join(dataDir, name), { force: true });
  }
}

/** SQLite takes a missing or an empty file for a new store, and removes its log. @throws {Error} with a message for an operator. */
function refuseNew(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    throw new Error(
      `Cannot open the store: ${file} is missing, something has removed or renamed it: put it back, or a backup with npx hookgate restore`,
    );
  }
  if (size > 0) return;
  throw new Error(
    `Cannot open the store: ${file} is empty, something has cut it off: put a backup in its place with npx hookgate restore --replace, ` +
      "or move it away to begin with an empty store",
  );
}

/** An error while a file is opened, in words for an operator; the same error if its own say it all. */
export function explain(error: unknown, file: string): unknown {
  if (error instanceof DamagedError) {
    return new Error(`Cannot open the store: ${error.message}`, { cause: error });
  }
  const state = describeFault(error, file);
  if (state === null) return error;
  const elsewhere =
    sqliteCode(error) === SQLITE_FULL ? ", or name another folder with DATA_DIR" : "";
  return new Error(`Cannot open the store: ${state}${elsewhere}`, { cause: error });
}

/**
 * What is wrong with the file, and what to do: to look at it, unless `whatToDo` says otherwise. Null if SQLite's own words
 * say it all.
 */
export function describeFault(
  error: unknown,
  file: string,
  { whatToDo }: { whatToDo?: string } = {},
): string | null {
  switch (sqliteCode(error)) {
    case SQLITE_BUSY:
      return `${file} is in use by another dispatcher; one owns it at a time`;
    case SQLITE_NOTADB:
      return `${file} is not a database; ${whatToDo ?? LOOK}`;
    case SQLITE_FULL:
      return `the disk of ${file} is full; make room`;
    case SQLITE_CORRUPT:
      return damaged(file, (error as Error).message, whatToDo);
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return whyUnusable(file);
    default:
      return null;
  }
}

/** Why a store's file or its log cannot be used, as far as the system says: a restore with `sudo` leaves a superuser's file. */
function whyUnusable(file: string): string | null {
  for (const path of [file, `${file}-wal`]) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EROFS") return `the file system of ${path} is read-only`;
      if (code === "EACCES" || code === "EPERM") {
        return `this user may not read and write ${path}; give the file to this user (chown)`;
      }
    }
  }
  const { files, ffree } = statfsSync(dirname(file));
  const isFull = files > 0 && ffree === 0;
  return isFull ? `the file system of ${file} has no room for one more file; remove some` : null;
}

function damaged(file: string, words: string, whatToDo = `with the dispatcher stopped, ${LOOK}`) {
  return `${file} is damaged (${words}); ${whatToDo}`;
}

/** Whether an error, or what caused it, means that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedError) return true;
  const code = sqliteCode(error) ?? sqliteCode((error as Error).cause ?? {});
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** SQLite's primary result code of an error that `node:sqlite` threw; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code === "ERR_SQLITE_ERROR" && errcode !== undefined ? errcode & 0xff : null;
}
