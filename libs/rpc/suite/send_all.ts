import type { Bidi } from "../transport/bidi.ts";

/** Sends every message, as fast as there is room. Says how often there was none. */
export async function sendAll<Out>(
  bidi: Bidi<never, Out>,
  messages: Iterable<Out>,
): Promise<number> {
  let waits = 0;
  for (const message of messages) {
    if (bidi.send(message)) continue;
    waits += 1;
    await bidi.drained();
  }
  return waits;
}

/** One message for each number, from 1 on. */
export function* numbered<T>(count: number, make: (number: number) => T): Generator<T> {
  for (let number = 1; number <= count; number++) yield make(number);
}
