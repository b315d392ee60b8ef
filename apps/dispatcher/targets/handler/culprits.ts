/** How long a subscription that cost a host is remembered, in milliseconds. */
const CULPRIT_MS = 600_000;

/** Attempts in a row that cost no host and clear a subscription earlier. */
const CLEARED_BY = 20;

interface Offence {
  until: number;
  harmless: number;
}

/**
 * Remembers the subscriptions whose handlers killed a host, so that shared hosts are spared. In memory only: after a
 * restart one lost host tells it anew.
 */
export class Culprits {
  readonly #monotonic: () => number;
  readonly #offences = new Map<string, Offence>();

  /** `monotonic` is a clock in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Whether attempts of this subscription must run alone, away from the innocent. */
  has(subscription: string): boolean {
    const offence = this.#offences.get(subscription);
    if (!offence) return false;
    if (this.#monotonic() < offence.until) return true;
    this.#offences.delete(subscription);
    return false;
  }

  /** It cost a host, and nothing else can be to blame. */
  add(subscription: string): void {
    this.#offences.set(subscription, { until: this.#monotonic() + CULPRIT_MS, harmless: 0 });
  }

  /** An attempt of it ended, whatever its result, and the host lived on. */
  clear(subscription: string): void {
    const offence = this.#offences.get(subscription);
    if (!offence) return;
    offence.harmless += 1;
    if (offence.harmless >= CLEARED_BY) this.#offences.delete(subscription);
  }
}
