import { LineBudget } from "@hookgate/async";
import type { OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";

/** Longest wait for a confirmation, in milliseconds. */
const CONFIRM_MS_MAX = 1_500;
const CONFIRM_BYTES_MAX = 64 * 1024;

/** Confirmations at once: each is asked for by a verified request. */
const CONFIRMATIONS_MAX = 8;

/** Fetches a URL, which is what confirms a handshake; says whether that succeeded. Never rejects. */
export type ConfirmHandshake = (url: string, options: { timeoutMs: number }) => Promise<boolean>;

/** Options for {@linkcode confirmHandshake}. */
export interface ConfirmHandshakeOptions {
  fetch: OutsideFetch;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Makes what confirms handshakes. */
export function confirmHandshake(options: ConfirmHandshakeOptions): ConfirmHandshake {
  const { fetch, log } = options;
  const budget = new LineBudget(options);
  let underWay = 0;
  return async function confirm(url, { timeoutMs }) {
    if (timeoutMs <= 0 || underWay >= CONFIRMATIONS_MAX) return false;
    underWay += 1;
    try {
      const bounds = {
        timeoutMs: Math.min(timeoutMs, CONFIRM_MS_MAX),
        bytesMax: CONFIRM_BYTES_MAX,
      };
      const { status } = await fetch(url, bounds);
      if (status >= 200 && status < 300) return true;
      // The URL is not logged: whoever has it can confirm with it.
      if (budget.take() !== null) log.warn({ status }, "handshake not confirmed");
    } catch (error) {
      if (budget.take() !== null) log.warn({ err: error }, "handshake not confirmed");
    } finally {
      underWay -= 1;
    }
    return false;
  };
}
