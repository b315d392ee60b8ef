import { randomFillSync } from "node:crypto";

/**
 * What an id names: an event, a delivery, a refused request, a replay, an entry of the audit log, a group of failures, a change
 * or a proposal.
 */
export type IdPrefix = "evt" | "dlv" | "qtn" | "rpl" | "aud" | "flr" | "chg" | "prp";

/** Options for {@linkcode newId}. */
export interface NewIdOptions {
  /** The time in the id, in milliseconds since 1970. @default {Date.now()} */
  now?: number;
}

/** Largest time that fits into a UUIDv7: 48 bits of milliseconds. */
const TIME_MS_MAX = 2 ** 48 - 1;
/**
 * If the clock steps back by less than this, ids keep their order; by more, they follow the clock, like `receivedAt`:
 * otherwise a clock that was an hour ahead would stay in every id until the process ends.
 */
const CLOCK_BACK_MS_MAX = 10_000;
/** The counter within a millisecond has 30 bits and begins in the lower half, so at least 2^29 ids follow. */
const COUNTER_MAX = 2 ** 30 - 1;
const COUNTER_SEED_MASK = 2 ** 29 - 1;
/** Randomness is drawn in bulk: a call for each id would cost more than everything else. */
const POOL_BYTES = 4_096;
/** 44 random bits end each id. */
const TAIL_DIGITS = 11;
const SEED_DIGITS = 8;
const ID_PATTERN = /^(?:evt|dlv)_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

const poolBytes = Buffer.alloc(POOL_BYTES);
let pool = "";
let poolAt = 0;
let lastMs = Number.NEGATIVE_INFINITY;
let lastMsHex = "";
let counter = 0;

/**
 * Makes an id: the prefix, `_`, and a UUIDv7 in 32 hexadecimal digits. Ids sort by time; ids made by one process in the
 * same millisecond sort in the order they were made (RFC 9562, section 6.2, method 1).
 *
 * @throws {RangeError} if `now` does not fit into an id.
 */
export function newId(prefix: IdPrefix, options: NewIdOptions = {}): string {
  const now = Math.floor(options.now ?? Date.now());
  if (!(now >= 0 && now <= TIME_MS_MAX)) {
    throw new RangeError(`Cannot make an id: time ${now} is not from 0 to ${TIME_MS_MAX} ms`);
  }
  if (now > lastMs || now <= lastMs - CLOCK_BACK_MS_MAX) beginMillisecond(now);
  else if (counter < COUNTER_MAX) counter += 1;
  else beginMillisecond(lastMs + 1);
  const high = hex(counter >>> 18, 3);
  // The variant's two bits, 10, then two bits of the counter.
  const middle = (8 | ((counter >>> 16) & 3)).toString(16);
  return `${prefix}_${lastMsHex}7${high}${middle}${hex(counter & 0xffff, 4)}${randomHex(TAIL_DIGITS)}`;
}

/**
 * Reads the time in an id, in milliseconds since 1970.
 *
 * @throws {SyntaxError} if `id` is not an event's or a delivery's id.
 */
export function idTimeMs(id: string): number {
  const time = ID_PATTERN.exec(id)?.[1];
  if (time === undefined) {
    const shown = JSON.stringify(id.slice(0, 60));
    throw new SyntaxError(
      `Cannot read the time of an id: ${shown} is not evt_ or dlv_ and a UUIDv7`,
    );
  }
  return Number.parseInt(time, 16);
}

function beginMillisecond(ms: number): void {
  lastMs = ms;
  lastMsHex = hex(ms, 12);
  counter = Number.parseInt(randomHex(SEED_DIGITS), 16) & COUNTER_SEED_MASK;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function randomHex(digits: number): string {
  if (poolAt + digits > pool.length) {
    pool = randomFillSync(poolBytes).toString("hex");
    poolAt = 0;
  }
  poolAt += digits;
  return pool.slice(poolAt - digits, poolAt);
}
