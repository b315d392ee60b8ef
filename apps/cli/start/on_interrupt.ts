import type { EventEmitter } from "node:events";

/** npm forwards Ctrl-C although the terminal has sent it already: two signals this close are one, in milliseconds. */
export const SAME_INTERRUPT_MS = 500;

/** Ctrl-C, what npx and services send, and a terminal that was closed: a command leaves nothing behind in any case. */
const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Options for {@linkcode onInterrupt}. */
export interface OnInterruptOptions {
  /** Where signals are heard, such as `process`. */
  signals: Pick<EventEmitter, "on" | "off">;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Has a command end by itself: it is asked, and once more if it is told again; a third signal ends it where it stands. Returns
 * what takes that back.
 */
export function onInterrupt(
  listener: () => void,
  { signals, monotonic }: OnInterruptOptions,
): () => void {
  let askedAt: number | null = null;
  const forget = () => {
    for (const signal of INTERRUPTS) signals.off(signal, interrupt);
  };
  const interrupt = () => {
    const now = monotonic();
    if (askedAt !== null) {
      if (now - askedAt < SAME_INTERRUPT_MS) return;
      forget();
    }
    askedAt = now;
    listener();
  };
  for (const signal of INTERRUPTS) signals.on(signal, interrupt);
  return forget;
}
