import { setTimeout as delay } from "node:timers/promises";
import {
  type Binary,
  type ClientSession,
  type MongoClient,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type TransactionOptions,
} from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";

/** Options for {@linkcode TransactionLane}. */
export interface TransactionLaneOptions {
  client: MongoClient;
  random: () => number;
}

const TRANSACTION: TransactionOptions = {
  readPreference: "primary",
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", journal: true },
};

/** Tries of one transaction that loses against others. */
const TRIES_MAX = 12;

/** Wait before the next try, in milliseconds: a random part of this, doubled with each try up to the other. */
const WAIT_MS = 5;
const WAIT_MS_MAX = 200;

const WRITE_CONFLICT = 112;

/**
 * A lane for transactions, one after the other: those of one lane never conflict with each other, so a flood of one event
 * costs one transaction each and not a storm of retries.
 *
 * All run in one server session whose id is known to the other dispatchers. A server keeps the transaction of a client
 * that died, with all it has locked, for a minute; whoever takes over from a dead dispatcher ends it by that id at once.
 */
export class TransactionLane {
  readonly #options: TransactionLaneOptions;
  #session: ClientSession;
  #tail: Promise<void> = Promise.resolve();
  #tickets = 0;
  #fault: { tickets: number; error: unknown } = { tickets: 0, error: null };

  constructor(options: TransactionLaneOptions) {
    this.#options = options;
    this.#session = options.client.startSession();
  }

  /** Id of the server session that transactions run in now. */
  get sessionId(): Binary | undefined {
    return this.#session.id?.id;
  }

  /** Runs `work` when all that entered before has ended. */
  async enter<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.#tickets += 1;
    const ticket = this.#tickets;
    const turn = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await turn;
    try {
      signal.throwIfAborted();
      // Those that queued behind a call that found no server do not each wait for one in their turn.
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
   * Runs `work` as one transaction, again where it lost against another one. Where `work` has aborted it, nothing is
   * written. Where the answer to the commit was lost the outcome is unknown, and nothing is tried again: an answer that
   * comes later may be about a server that has forgotten the transaction.
   *
   * The driver's own `withTransaction` would go on for two minutes.
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

  /** Ends the session, and what is open in it. */
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

  /** Another session, so that nothing waits for the old one's end: without a server that takes a while. */
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

/** Whether the transaction wrote nothing and may be tried again. */
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
