import { LineBudget } from "@hookgate/async";
import type { OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";

/** Longest wait for a confirmation, in milliseconds. */
const CONFIRM_MS_MAX = 1_500;
const CONFIRM_BYTES_MAX = 64 * 1024;

/** Most confirmations at once; each is for a verified request. */
const CONFIRMATIONS_MAX = 8;

/** Confirms a handshake by fetching its URL; true if that succeeded. Never rejects. */
export type ConfirmHandshake = (url: string, options: { timeoutMs: number }) => Promise<boolean>;

/** Options for {@linkcode confirmHandshake}. */
export interface ConfirmHandshakeOptions {
  fetch: OutsideFetch;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Creates the function that confirms handshakes. */
export function confirmHandshake(options: ConfirmHandshakeOptions): ConfirmHandshake {
  const { fetch, log } = options;
  const budget = new LineBudget(options);
  let inProgress = 0;
  return async function confirm(url, { timeoutMs }) {
    if (timeoutMs <= 0 || inProgress >= CONFIRMATIONS_MAX) return false;
    inProgress += 1;
    try {
      const bounds = {
        timeoutMs: Math.min(timeoutMs, CONFIRM_MS_MAX),
        bytesMax: CONFIRM_BYTES_MAX,
      };
      const { status } = await fetch(url, bounds);
      if (status >= 200 && status < 300) return true;
      // Do not log the URL: anybody who has it can confirm with it.
      if (budget.take() !== null) log.warn({ status }, "cannot confirm a handshake, answered 503");
    } catch (error) {
      if (budget.take() !== null)
        log.warn({ err: error }, "cannot confirm a handshake, answered 503");
    } finally {
      inProgress -= 1;
    }
    return false;
  };
}
