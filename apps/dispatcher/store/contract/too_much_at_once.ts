import { StoreUnavailableError } from "./event_store.ts";

/**
 * Thrown by a call that wrote nothing because it is more than one transaction can do, or lost to other dispatchers' writes
 * again and again. Its parts, each a call of its own, may succeed: see {@linkcode divide}.
 */
export class TooMuchAtOnceError extends StoreUnavailableError {
  override name = "TooMuchAtOnceError";
}

/** Parts of a call: a batch of some hundred is down to single items in three steps. */
const PARTS = 8;

/** Divides what was too much at once. One item cannot be divided: then nothing is returned. */
export function divide<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [];
  const size = Math.ceil(items.length / PARTS);
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
