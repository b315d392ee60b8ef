/** What a provider does if it is not answered with success. What it does not document is left out, never guessed. */
export interface Retries {
  /** Whether it retries automatically without a 2xx; null if it does not say, or every sender decides. */
  automatic: boolean | null;
  /** For how long the same event may come again, in milliseconds, automatically or by hand; null if it does not say. */
  horizonMs: number | null;
  /** What an operator should know, such as which answers end the retries. */
  note: string;
  /** The waits before its first automatic retries, each from the try before, in milliseconds. @default {not documented} */
  waitsMs?: readonly number[];
  /** The wait between the retries that follow, until it gives up, in milliseconds. @default {none follows} */
  everyMs?: number;
  /** When it gives an event up, from its first try, in milliseconds. @default {`horizonMs`} */
  givesUpAfterMs?: number;
  /** When it stops sending anything at all. @default {it does not, or not as far as it says} */
  switchesOff?: SwitchesOff;
  /** Where its schedule is documented; needed for the facts above it. */
  source?: string;
}

/** When a provider stops sending to an endpoint that does not answer. */
export interface SwitchesOff {
  /** How long nothing must have succeeded, in milliseconds. @default {it counts failures, or does not say} */
  afterMs?: number;
  /** How many failures in a row it takes. @default {it counts time} */
  failures?: number;
  /** `paused`: it comes back by itself. `disabled`: somebody has to enable it again. `removed`: it has to be created again. */
  how: "paused" | "disabled" | "removed";
  /** Where that is documented. @default {the `source` of its retries} */
  source?: string;
}

/** Retries that are followed at most, so that none of a year is counted. */
const RETRIES_MAX = 2_000;

/** When a provider gives an event up, from its first try, in milliseconds; null if it does not say, or does not retry. */
export function endOfRetriesMs({ automatic, horizonMs, givesUpAfterMs }: Retries): number | null {
  return automatic === true ? (givesUpAfterMs ?? horizonMs) : null;
}

/** The first retry of an event later than `afterMs`, both from its first try, in milliseconds; null if none is documented. */
export function nextRetryMs(retries: Retries, afterMs: number): number | null {
  if (!retries.automatic) return null;
  const { waitsMs = [], everyMs } = retries;
  const end = endOfRetriesMs(retries) ?? Number.POSITIVE_INFINITY;
  let at = 0;
  for (let retry = 0; retry < RETRIES_MAX; retry += 1) {
    const wait = waitsMs[retry] ?? everyMs;
    if (wait === undefined) return null;
    at += wait;
    // Documented sums are rounded: the last wait counts even if it ends a little later.
    if (at > end && waitsMs[retry] === undefined) return null;
    if (at > afterMs) return at;
  }
  return null;
}
