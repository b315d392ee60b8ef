/** A retry policy with every wait written out. */
export interface BackoffPolicy {
  /** The policy's name, such as `standard`. */
  name: string;
  /** The wait before each retry, in milliseconds; its length is the number of retries. */
  delaysMs: readonly number[];
  /** Share by which a wait may be shorter or longer, 0 to 1. */
  jitter: number;
}

/** Most retries of a policy. */
export const RETRIES_MAX = 100;

/** Longest wait of a policy, in milliseconds: 7 days. Node's timers go up to 24 days. */
export const DELAY_MS_MAX = 604_800_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The policies that a subscription can name. `fast` is the specification's: it gives up within seven seconds and does not
 * survive a restart of the target, so it is for events that are useless when late. `standard`, the default, spreads over
 * more than a day and outlasts an outage. Frozen and without a prototype, so that no other name is found.
 */
export const RETRY_POLICIES: Readonly<Record<"fast" | "standard", BackoffPolicy>> = Object.freeze({
  __proto__: null,
  fast: Object.freeze({
    name: "fast",
    delaysMs: Object.freeze(
      exponentialDelays({ retries: 3, initialMs: SECOND_MS, factor: 2, maxDelayMs: MINUTE_MS }),
    ),
    jitter: 0,
  }),
  standard: Object.freeze({
    name: "standard",
    delaysMs: Object.freeze([
      5 * SECOND_MS,
      30 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      10 * HOUR_MS,
    ]),
    jitter: 0.2,
  }),
});

/** Parameters of {@linkcode exponentialDelays}. */
export interface ExponentialDelays {
  /** Number of retries, 0 to {@linkcode RETRIES_MAX}. */
  retries: number;
  /** Wait before the first retry, in milliseconds. */
  initialMs: number;
  /** Each wait is the one before times this, at least 1. */
  factor: number;
  /** Longest wait, in milliseconds, at most {@linkcode DELAY_MS_MAX}. */
  maxDelayMs: number;
}

/**
 * Computes waits that grow by a factor up to a longest one, in whole milliseconds.
 *
 * @throws {RangeError} if a value is out of range, which it names.
 */
export function exponentialDelays(shape: ExponentialDelays): number[] {
  const { retries, initialMs, factor, maxDelayMs } = shape;
  if (!Number.isInteger(retries)) refuse("retries", retries, "a whole number");
  if (retries < 0 || retries > RETRIES_MAX) refuse("retries", retries, `0 to ${RETRIES_MAX}`);
  if (!(initialMs >= 0 && initialMs <= DELAY_MS_MAX)) {
    refuse("initialMs", initialMs, `0 to ${DELAY_MS_MAX}`);
  }
  if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) refuse("factor", factor, "at least 1");
  if (!(maxDelayMs >= 0 && maxDelayMs <= DELAY_MS_MAX)) {
    refuse("maxDelayMs", maxDelayMs, `0 to ${DELAY_MS_MAX}`);
  }
  return Array.from({ length: retries }, (_, index) =>
    // The power can overflow, and 0 × Infinity is NaN.
    initialMs === 0 ? 0 : Math.round(Math.min(maxDelayMs, initialMs * factor ** index)),
  );
}

function refuse(name: string, value: number, expected: string): never {
  throw new RangeError(`Cannot compute delays: ${name} is ${value}, expected ${expected}`);
}

/**
 * Returns the policy with another number of retries: shortened, or extended with its last wait.
 *
 * @throws {RangeError} if `retries` is out of range, or there is no wait to repeat.
 */
export function resizePolicy(policy: BackoffPolicy, retries: number): BackoffPolicy {
  if (!Number.isInteger(retries) || retries < 0 || retries > RETRIES_MAX) {
    throw new RangeError(
      `Cannot resize policy "${policy.name}": retries is ${retries}, expected 0 to ${RETRIES_MAX}`,
    );
  }
  const last = policy.delaysMs.at(-1);
  if (last === undefined && retries > 0) {
    throw new RangeError(`Cannot resize policy "${policy.name}": it has no wait to repeat`);
  }
  const delaysMs = Array.from(
    { length: retries },
    (_, index) => policy.delaysMs[index] ?? last ?? 0,
  );
  return { ...policy, delaysMs };
}
