import type { IdPrefix } from "@hookgate/types";

const ID = /^[a-z]{3}_[0-9a-f]{32}$/;

/** Largest time in an id (see `newId`), in milliseconds since 1970. */
const TIME_MS_MAX = 2 ** 48 - 1;

/** Sorts after every id. */
const AFTER_ALL = "f".repeat(34);

/** Event ids to look at: those after `after` and before `before`, both left out; null is unbounded. */
export interface EventIdRange {
  after: string | null;
  before: string | null;
}

/** Whether `id` is `prefix`, `_` and 32 hexadecimal digits. */
export function isId(id: string, prefix: IdPrefix): boolean {
  return id.startsWith(prefix) && ID.test(id);
}

/**
 * The border between the event ids of earlier times and those of `ms` and later. It is a prefix of the first later id,
 * and never an id itself, so it does not matter whether a comparison includes it.
 */
export function eventIdAt(ms: number): string {
  return idAt("evt", ms);
}

/** The same for ids with another prefix. */
export function idAt(prefix: IdPrefix, ms: number): string {
  const time = Math.min(Math.max(Math.ceil(ms), 0), TIME_MS_MAX + 1);
  return `${prefix}_${time > TIME_MS_MAX ? AFTER_ALL : time.toString(16).padStart(12, "0")}`;
}

/** Options for {@linkcode eventIdRange}: those of an event query. */
export interface EventIdRangeOptions {
  from?: number;
  to?: number;
  cursor?: string;
  oldestFirst?: boolean;
}

/** The ids of a query's times, after its cursor in the order that it walks in. Of two bounds on one side the narrower one counts. */
export function eventIdRange(options: EventIdRangeOptions): EventIdRange {
  const { from, to, cursor = null, oldestFirst = false } = options;
  const first = from === undefined ? null : eventIdAt(from);
  const end = to === undefined ? null : eventIdAt(to);
  if (cursor === null) return { after: first, before: end };
  return oldestFirst
    ? { after: first === null || cursor > first ? cursor : first, before: end }
    : { after: first, before: end === null || cursor < end ? cursor : end };
}
