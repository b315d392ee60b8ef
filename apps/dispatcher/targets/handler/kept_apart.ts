/** How long a subscription is kept apart after the first offence, in milliseconds; each further one doubles it … */
const APART_MS_MIN = 60_000;

/** … up to this. */
const APART_MS_MAX = 600_000;

/** An offence is forgotten after this time without another, in milliseconds. */
const FORGET_MS = 3_600_000;

/**
 * Attempts in a row that do no harm, after which a subscription may run several at once again, after the first offence; each further
 * one doubles them: one that leaks does harm only now and then …
 */
const SAFE_ATTEMPTS_MIN = 20;

/** … up to this. */
const SAFE_ATTEMPTS_MAX = 1_280;

/**
 * Where the attempts of a subscription run. `shared`: with those of others. `own`: many at once, in a host of its own.
 * `solo`: one at a time in a host of its own.
 */
export type Place = "shared" | "own" | "solo";

interface Known {
  offences: number;
  isAtFault: boolean;
  until: number;
  safeAttempts: number;
}

/**
 * The subscriptions that harmed a host, or may have, so that the others are kept free of them. In memory only: after a restart one
 * more host is harmed before it is known again.
 */
export class KeptApart {
  readonly #monotonic: () => number;
  readonly #known = new Map<string, Known>();

  /** `monotonic` is a clock in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Where attempts of a subscription run now. */
  placeOf(subscription: string): Place {
    const known = this.#known.get(subscription);
    if (!known) return "shared";
    const overMs = this.#monotonic() - known.until;
    if (overMs >= FORGET_MS) this.#known.delete(subscription);
    if (overMs >= 0) return "shared";
    const safeAttempts = doubled(SAFE_ATTEMPTS_MIN, known.offences, SAFE_ATTEMPTS_MAX);
    return known.isAtFault && known.safeAttempts < safeAttempts ? "solo" : "own";
  }

  /** It harmed a host (`certain`), or it may have. Returns for how long it is kept apart, in milliseconds. */
  add(subscription: string, { certain }: { certain: boolean }): number {
    const known = this.#known.get(subscription);
    const isApart = this.placeOf(subscription) !== "shared";
    const offences = (known?.offences ?? 0) + 1;
    const apartMs = doubled(APART_MS_MIN, offences, APART_MS_MAX);
    this.#known.set(subscription, {
      offences,
      isAtFault: certain || (isApart && (known?.isAtFault ?? false)),
      until: this.#monotonic() + apartMs,
      safeAttempts: 0,
    });
    return apartMs;
  }

  /** An attempt of it ended, with whatever result, and did no harm to its host, which was not a shared one. */
  noteSafeAttempt(subscription: string): void {
    const known = this.#known.get(subscription);
    if (known) known.safeAttempts += 1;
  }
}

/** What holds after so many offences. */
function doubled(first: number, offences: number, most: number): number {
  return Math.min(first * 2 ** (offences - 1), most);
}
