import { randomFillSync } from "node:crypto";

/** What an id names: an event, a delivery, a refused request or a replay. */
export type IdPrefix = "evt" | "dlv" | "qtn" | "rpl";

/** Options for {@linkcode newId}. */
export interface NewIdOptions {
  /** The time the id bears, in milliseconds since 1970. @default {Date.now()} */
  now?: number;
}

/** Largest time that a UUIDv7 can bear: 48 bits of milliseconds. */
const TIME_MS_MAX = 2 ** 48 - 1;
/**
 * A clock that steps back by less than this keeps the order of ids; past it ids follow the clock, as `receivedAt` does,
 * lest an hour of wrong future stays in every id until the process ends.
 */
const CLOCK_BACK_MS_MAX = 10_000;
/** The counter within a millisecond has 30 bits and begins in the lower half, so at least 2^29 ids follow. */
const COUNTER_MAX = 2 ** 30 - 1;
const COUNTER_SEED_MASK = 2 ** 29 - 1;
/** Randomness is drawn in bulk: one call for each id would cost more than all the rest. */
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
 * Makes an id: the prefix, `_`, and a UUIDv7 in 32 hexadecimal digits. Ids sort by time; those that one process makes
 * in the same millisecond sort in the order made (RFC 9562, section 6.2, method 1).
 *
 * @throws {RangeError} where `now` is no time that an id can bear.
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
  // The variant's two bits, 10, with two bits of the counter below them.
  const middle = (8 | ((counter >>> 16) & 3)).toString(16);
  return `${prefix}_${lastMsHex}7${high}${middle}${hex(counter & 0xffff, 4)}${randomHex(TAIL_DIGITS)}`;
}

/**
 * Reads back the time that an id bears, in milliseconds since 1970.
 *
 * @throws {SyntaxError} where `id` is not one that {@linkcode newId} makes.
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
