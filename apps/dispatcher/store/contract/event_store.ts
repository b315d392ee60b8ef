import type { Audit } from "./audit.ts";
import type { Bookkeeping } from "./bookkeeping.ts";
import type { Captures } from "./captures.ts";
import type { Changes } from "./changes.ts";
import type { DataKeys } from "./data_keys.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Events } from "./events.ts";
import type { Failures } from "./failures.ts";
import type { Finding } from "./finding.ts";
import type { Metrics } from "./metrics.ts";
import type { Notes } from "./notes.ts";
import type { Proposals } from "./proposals.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Replays } from "./replays.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Backup, Upkeep } from "./upkeep.ts";

/** Thrown by every operation if the store cannot do its work now: nothing was acknowledged, and a later call may succeed. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/** Thrown by a commit that would use the disk's reserve: nothing was written, and it can succeed once there is room. */
export class DiskReserveError extends StoreUnavailableError {
  override name = "DiskReserveError";
}

/** The store's clock. */
export interface StoreTime {
  /**
   * The clock that decides what is due and whose heartbeat is old, in milliseconds since 1970: the server's with MongoDB,
   * the wall clock embedded.
   */
  now(): number;
}

/** The steps of the store's clock. */
export interface ClockSteps {
  /**
   * All of them since the start, in milliseconds. What waits in the store moves along with a step, so a time that was
   * computed before it and is written after it has to be moved too. With MongoDB they are the server's, and what waits is not
   * moved: RELIABILITY.md says why.
   */
  clockSteps(): number;
}

/**
 * The store of events and deliveries: all roles together. One contract, two implementations (SQLite and MongoDB), and one
 * suite (`event_store_suite.ts`) that both pass to the letter. Users of a store name the roles they need.
 *
 * Promises of every operation:
 * - **Durable**: once a promise resolves, what it wrote survives kill -9 and power loss (fsync; `w: majority`, `j: true`).
 *   One that rejects wrote nothing, or, if the server's answer was lost, perhaps everything. Callers treat that as unknown
 *   and rely on dedupe and fences.
 * - **Atomic**: each call is one transaction, unless it is documented to work in steps.
 * - **Concurrent**: calls may overlap; each sees everything that resolved before it began.
 * - Store faults are thrown as {@linkcode StoreUnavailableError} with the driver's error as `cause`. The store recovers by
 *   itself.
 * - All times are milliseconds since 1970, by the store's clock.
 */
export interface EventStore
  extends StoreTime,
    ClockSteps,
    Captures,
    Deliveries,
    Subscriptions,
    Events,
    Replays,
    Quarantine,
    Metrics,
    Bookkeeping,
    Audit,
    Failures,
    Changes,
    Notes,
    Finding,
    DataKeys,
    Proposals,
    Upkeep {
  /** `sqlite` or `mongodb`, for logs. */
  readonly kind: string;

  /** Whether other dispatchers may store deliveries that this one can run. */
  readonly shared: boolean;

  /**
   * Copies the whole store to a new file of this name, without holding up anything else; null if the database has tools of its
   * own for that. Rejects with {@linkcode StoreUnavailableError} if there is such a file, or no room for it.
   */
  readonly backUp: ((name: string) => Promise<Backup>) | null;

  /**
   * Waits for calls under way, then closes. Later calls reject with {@linkcode StoreUnavailableError}; closing again does
   * nothing.
   */
  close(): Promise<void>;
}
