import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@hookgate/telemetry";
import {
  type Binary,
  type ClientSession,
  type Db,
  type MongoClient,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type TransactionOptions,
} from "mongodb";
import { StoreUnavailableError } from "../../contract/event_store.ts";
import { TooMuchAtOnceError } from "../../contract/too_much_at_once.ts";
import { CALL_MS_MAX, isSocketError } from "./calls.ts";

/** Options for {@linkcode TransactionQueue}. */
export interface TransactionQueueOptions {
  client: MongoClient;
  /** Source of randomness in [0, 1). */
  random: () => number;
  log: Pick<Log, "warn">;
}

const TRANSACTION: TransactionOptions = {
  readPreference: "primary",
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", journal: true },
  maxCommitTimeMS: CALL_MS_MAX,
};

/** Deliveries of one transaction, unless they are of one event: a large one fails late, and holds up all others until then. */
export const DELIVERIES_MAX = 2_000;

/** Tries of a transaction that keeps losing: some 4 s, less than a call may take. */
const TRIES_MAX = 40;

/**
 * Tries of a call that can be divided: a batch some 0.4 s, so that one key that another dispatcher holds refuses one item
 * and not all; one item alone some 2 s. So all parts of a batch have ended within the edge's time.
 */
const BATCH_TRIES_MAX = 9;
const ITEM_TRIES_MAX = 24;

/** Losses after which the other is no dispatcher that writes the same by chance, but one that holds it: after some 20 ms. */
const LOSING_TRIES = 3;

/** Options for {@linkcode TransactionQueue.insist}. */
interface InsistOptions {
  triesMax?: number;
  losing?: (() => void) | undefined;
}

/** How often a call on these items is tried. */
export function triesFor(items: readonly unknown[]): number {
  return items.length > 1 ? BATCH_TRIES_MAX : ITEM_TRIES_MAX;
}

/** Wait before the next try, in milliseconds: a random part of this, which doubles with each try up to the other. */
const WAIT_MS = 5;
const WAIT_MS_MAX = 200;

/** Label of an error after which a transaction has written nothing. */
const TRANSIENT = "TransientTransactionError";

const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11000;

/**
 * Runs transactions one after the other: transactions of one queue never conflict with each other, so a burst of
 * deliveries of the same event costs one transaction each instead of a storm of retries.
 *
 * All run in one server session whose id the other dispatchers know. A server keeps a dead client's transaction, with
 * its locks, for a minute; the dispatcher that takes over ends it by that id at once. So does this queue with its own
 * session if an answer was lost, because the next try would wait for those locks, too.
 */
export class TransactionQueue {
  readonly #options: TransactionQueueOptions;
  #session: ClientSession;
  /** Sessions that may have left a transaction open. */
  #orphans: Binary[] = [];
  #tail: Promise<void> = Promise.resolve();
  #tickets = 0;
  #fault: { tickets: number; error: unknown } = { tickets: 0, error: null };

  constructor(options: TransactionQueueOptions) {
    this.#options = options;
    this.#session = options.client.startSession();
  }

  /** Ids of the server sessions in which a transaction may be open. */
  get sessionIds(): Binary[] {
    return [...this.#orphans, ...(this.#session.id ? [this.#session.id.id] : [])];
  }

  /** Runs `work` as one transaction, in its turn, and again if it loses to others. */
  run<T>(signal: AbortSignal, work: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.insist<T>(signal, () => this.transaction(work));
  }

  /**
   * Runs `attempt` in its turn. If it loses (a write conflict, a unique key taken by another dispatcher) or returns
   * "changed" it waits, while others have their turn, and runs it again: what it lost to may not be visible to a majority
   * yet. `again` says that it is not the first try; `losing` is called once it has lost more often than by chance.
   *
   * @throws {TooMuchAtOnceError} if it keeps losing.
   */
  async insist<T>(
    signal: AbortSignal,
    attempt: (again: boolean) => Promise<T | "changed">,
    { triesMax = TRIES_MAX, losing }: InsistOptions = {},
  ): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      let cause: unknown;
      try {
        const result = await this.enter(signal, () => attempt(tried > 1));
        if (result !== "changed") return result;
      } catch (error) {
        if (!isLost(error)) throw error;
        cause = error;
      }
      if (tried === triesMax) {
        const state = `other writes were faster ${triesMax} times`;
        throw new TooMuchAtOnceError(`Cannot write: ${state}`, { cause });
      }
      if (tried === LOSING_TRIES) losing?.();
      await delay(this.#options.random() * Math.min(WAIT_MS * 2 ** (tried - 1), WAIT_MS_MAX));
    }
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
   * Runs `work` as one transaction, once. If `work` aborts it, nothing is written. If the answer to the commit is lost, the
   * outcome is unknown and nothing is tried again.
   *
   * The driver's `withTransaction` would keep trying for two minutes.
   */
  async transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    await this.#endOrphans();
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

  /** Ends the session and any open transaction. */
  async close(): Promise<void> {
    await this.#session.endSession();
  }

  /** Starts a new session without waiting for the old one to end, which takes a while without a server. */
  #renew(session: ClientSession): void {
    if (session.id) this.#orphans.push(session.id.id);
    this.#session = this.#options.client.startSession();
    void session.endSession().catch(() => {});
  }

  async #endOrphans(): Promise<void> {
    const { client, log } = this.#options;
    const ended = this.#orphans;
    try {
      await killSessions(ended, { db: client.db(), log });
    } catch (error) {
      // As for a statement whose answer is lost: nothing was written.
      if (error instanceof MongoNetworkError) error.addErrorLabel(TRANSIENT);
      throw error;
    }
    this.#orphans = this.#orphans.filter((id) => !ended.includes(id));
  }
}

async function commit(session: ClientSession): Promise<void> {
  try {
    await session.commitTransaction();
  } catch (error) {
    // The server has answered that nothing was written.
    if (error instanceof MongoServerError && isLost(error)) throw error;
    const reason = "whether MongoDB has committed is unknown";
    throw new StoreUnavailableError(`Cannot write: ${reason}`, { cause: error });
  }
}

/** Whether the transaction wrote nothing and can be tried again. */
function isLost(error: unknown): boolean {
  if (!(error instanceof MongoError) || error instanceof MongoServerSelectionError) return false;
  if (error.hasErrorLabel(TRANSIENT)) return true;
  return error.code === WRITE_CONFLICT || error.code === DUPLICATE_KEY;
}

function isNoServer(error: unknown): boolean {
  const isNetwork = error instanceof MongoNetworkError || isSocketError(error);
  return isNetwork || error instanceof MongoServerSelectionError;
}

/** Ends the transactions of these sessions. Throws only if no server answers. */
export async function killSessions(
  ids: readonly Binary[],
  { db, log }: { db: Db; log: Pick<Log, "warn"> },
): Promise<void> {
  if (ids.length === 0) return;
  try {
    await db.admin().command({ killSessions: ids.map((id) => ({ id })) });
  } catch (error) {
    if (isNoServer(error)) throw error;
    // For example, this user may not have the privilege.
    log.warn(
      { err: error },
      "killSessions failed, open transactions hold their locks for up to a minute",
    );
  }
}
