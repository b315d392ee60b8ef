import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@hookgate/telemetry";
import {
  Binary,
  type ClientSession,
  type Db,
  type MongoClient,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type TransactionOptions,
} from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";
import type { DispatcherDocument } from "./collections.ts";

/** Options for {@linkcode TransactionQueue}. */
export interface TransactionQueueOptions {
  client: MongoClient;
  /** Source of randomness in [0, 1). */
  random: () => number;
}

const TRANSACTION: TransactionOptions = {
  readPreference: "primary",
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", journal: true },
};

/** Tries of one transaction that keeps losing write conflicts: some 4 s, less than a call may take. */
const TRIES_MAX = 40;

/** Wait before the next try, in milliseconds: a random part of this, which doubles with each try up to the other. */
const WAIT_MS = 5;
const WAIT_MS_MAX = 200;

/** Times a call plans its write again because its data was changed in the meantime. */
const PLANS_MAX = 8;

const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11000;

/**
 * Runs transactions one after the other: transactions of one queue never conflict with each other, so a burst of
 * deliveries of the same event costs one transaction each instead of a storm of retries.
 *
 * All run in one server session whose id the other dispatchers know. A server keeps a dead client's transaction, with
 * its locks, for a minute; the dispatcher that takes over ends it by that id at once.
 */
export class TransactionQueue {
  readonly #options: TransactionQueueOptions;
  #session: ClientSession;
  #tail: Promise<void> = Promise.resolve();
  #tickets = 0;
  #fault: { tickets: number; error: unknown } = { tickets: 0, error: null };

  constructor(options: TransactionQueueOptions) {
    this.#options = options;
    this.#session = options.client.startSession();
  }

  /** Id of the server session that transactions run in now. */
  get sessionId(): Binary | undefined {
    return this.#session.id?.id;
  }

  /** Runs `work` as one transaction, in its turn. */
  run<T>(signal: AbortSignal, work: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.enter(signal, () => this.transaction(signal, work));
  }

  /** Runs `work` once everything that entered earlier has ended. */
  async enter<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.#tickets += 1;
    const ticket = this.#tickets;
    const turn = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await turn;
    try {
      signal.throwIfAborted();
      // Calls that queued behind one that found no server fail with it, instead of each searching in turn.
      if (ticket <= this.#fault.tickets) throw this.#fault.error;
      return await work();
    } catch (error) {
      if (isNoServer(error) || isNoServer((error as Error).cause))
        this.#fault = { tickets: this.#tickets, error };
      throw error;
    } finally {
      resolve();
    }
  }

  /**
   * Runs `work` as one transaction, and again after a write conflict. If `work` aborts it, nothing is written. If the
   * answer to the commit is lost, the outcome is unknown and nothing is tried again: a later answer may come from a
   * server that has forgotten the transaction.
   *
   * The driver's `withTransaction` would keep trying for two minutes.
   */
  async transaction<T>(
    signal: AbortSignal,
    work: (session: ClientSession) => Promise<T>,
  ): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      signal.throwIfAborted();
      try {
        return await this.#tryTransaction(work);
      } catch (error) {
        if (tried === TRIES_MAX || !isTransient(error)) throw error;
        const wait = Math.min(WAIT_MS * 2 ** (tried - 1), WAIT_MS_MAX);
        await delay(this.#options.random() * wait);
      }
    }
  }

  /** Ends the session and any open transaction. */
  async close(): Promise<void> {
    await this.#session.endSession();
  }

  async #tryTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      session.startTransaction(TRANSACTION);
      const result = await work(session);
      if (session.inTransaction()) await commit(session);
      return result;
    } catch (error) {
      const answered = error instanceof MongoServerError;
      if (answered && session.inTransaction()) await session.abortTransaction();
      if (!answered) this.#renew(session);
      throw error;
    }
  }

  /** Starts a new session without waiting for the old one to end, which takes a while without a server. */
  #renew(session: ClientSession): void {
    this.#session = this.#options.client.startSession();
    void session.endSession().catch(() => {});
  }
}

async function commit(session: ClientSession): Promise<void> {
  try {
    await session.commitTransaction();
  } catch (error) {
    if (isWriteConflict(error)) throw error;
    const reason = "whether MongoDB has committed is unknown";
    throw new StoreUnavailableError(`Cannot write: ${reason}`, { cause: error });
  }
}

/** Whether the transaction wrote nothing and can be tried again. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof MongoError) || error instanceof MongoServerSelectionError) return false;
  return error.hasErrorLabel("TransientTransactionError") || isWriteConflict(error);
}

function isWriteConflict(error: unknown): boolean {
  return error instanceof MongoError && error.code === WRITE_CONFLICT;
}

function isNoServer(error: unknown): boolean {
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
}

/**
 * Runs `work`, which plans a write from what it reads and then writes it in a transaction. Runs it again if the data has
 * changed since: `work` returns "changed", or fails because another dispatcher took a unique key. `what` completes the
 * sentence "Cannot <what>".
 *
 * @throws {StoreUnavailableError} if the data keeps changing.
 */
export async function retryChanged<T>(
  what: string,
  work: (again: boolean) => Promise<T | "changed">,
): Promise<T> {
  for (let tried = 1; tried <= PLANS_MAX; tried += 1) {
    try {
      const result = await work(tried > 1);
      if (result !== "changed") return result;
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    }
  }
  throw new StoreUnavailableError(
    `Cannot ${what}: other dispatchers changed the data ${PLANS_MAX} times`,
  );
}

/**
 * Ends the open transactions of these dispatchers. The server would do so after a minute, and until then nothing they
 * have locked could be claimed or taken over. None of what they were writing has been acknowledged.
 */
export async function endSessions(
  { db, log }: { db: Db; log: Pick<Log, "warn"> },
  dispatchers: readonly DispatcherDocument[],
): Promise<void> {
  const ids = dispatchers.flatMap(({ sessions = [] }) => sessions);
  if (ids.length === 0) return;
  try {
    const killSessions = ids.map((id) => ({ id: uuidOf(id) }));
    await db.admin().command({ killSessions });
  } catch (error) {
    // For example, this user may not have the privilege.
    log.warn(
      { err: error },
      "killSessions failed, transactions of other dispatchers stay open for up to a minute",
    );
  }
}

/** With the store's options an id is read back as bytes; the server wants a UUID. */
function uuidOf(id: Binary | Uint8Array): Binary {
  return id instanceof Binary ? id : new Binary(id, Binary.SUBTYPE_UUID);
}
