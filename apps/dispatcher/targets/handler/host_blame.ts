import type { Culprit } from "./handler_message.ts";

/** For this long after an attempt ends, in milliseconds, what it left behind may still end its host. */
const LEFTOVER_MS = 1_000;

/** While a host uses less of its memory than this share, none of those that ran there has taken much. */
export const SMALL_SHARE = 0.5;

/** An attempt that ran when its host was lost. */
export interface LostAttempt {
  key: number;
  subscription: string;
  /** Its module was being imported. */
  importing: boolean;
}

/** What is known about who harmed a host. */
export interface Accusation {
  subscriptions: readonly string[];
  /** Whether each of them is at fault; otherwise one of them may be. */
  certain: boolean;
  reason: string;
}

/** Who ended a host. */
export interface Verdict {
  /** One of them did. */
  subscriptions: readonly string[];
  /** The attempts that may have, by their keys. */
  keys: ReadonlySet<number>;
  /** What is certain: that this attempt did, which may be charged; that this subscription did; or nothing. */
  certain: "attempt" | "subscription" | "nothing";
}

/** Collects what is known about the attempts of a handler host, to find out who harmed it. */
export class HostBlame {
  readonly #monotonic: () => number;
  /** When an attempt of each subscription last ended here, and its timeouts. */
  readonly #endedAt = new Map<string, number>();
  readonly #timeouts = new Map<string, number>();
  /** Who blocks its loop, or was about to end it. */
  #culprit: Culprit | null = null;
  /** Promises that are pending after their timeout. */
  abandoned = 0;
  /** When it was last small. */
  #smallAt = Number.NEGATIVE_INFINITY;
  /** It is larger than allowed: memory may have been taken at any time since it was small. */
  outgrown = false;
  /** Who was last seen to fill its memory; null if that is over. Nothing else that ends it is known to be theirs. */
  filler: Culprit | null = null;

  /** `monotonic` is a clock in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Somebody is caught in the act; null if that is over. */
  set culprit(culprit: Culprit | null) {
    this.#culprit = culprit;
  }

  /** Whether somebody is, or was seen to fill its memory. */
  get isCaught(): boolean {
    return this.#culprit !== null || this.filler !== null;
  }

  /** Its size as a share of what is allowed. */
  noteSize(share: number): void {
    if (share < SMALL_SHARE) this.#smallAt = this.#monotonic();
  }

  noteEnded(subscription: string, { timedOut }: { timedOut: boolean }): void {
    this.#endedAt.set(subscription, this.#monotonic());
    if (timedOut) this.#timeouts.set(subscription, (this.#timeouts.get(subscription) ?? 0) + 1);
  }

  /** The subscription with the most timeouts; null if there were none. */
  get slowest(): string | null {
    const [most] = [...this.#timeouts].toSorted(([, a], [, b]) => b - a);
    return most ? most[0] : null;
  }

  /** Who ended it, of those that ran. `loading`: at the end its loop was blocked and loaded modules. */
  verdict(running: readonly LostAttempt[], { loading }: { loading: boolean }): Verdict {
    const culprit = this.#culprit ?? (this.outgrown ? this.filler : null);
    if (culprit) {
      const keys = new Set([culprit.key]);
      return { subscriptions: [culprit.subscription], keys, certain: "attempt" };
    }
    const importing = running.filter((one) => one.importing);
    const isImport = loading && !this.outgrown && importing.length > 0;
    const suspects = isImport ? importing : running;
    const leftovers = isImport ? [] : this.#leftovers();
    const subscriptions = new Set([...suspects.map((one) => one.subscription), ...leftovers]);
    const isAttempt = suspects.length === 1 && leftovers.length === 0;
    // That it was an import is likely, no more.
    const isOne = subscriptions.size === 1 && suspects.length === running.length;
    return {
      subscriptions: [...subscriptions],
      keys: new Set(suspects.map(({ key }) => key)),
      certain: isOne ? (isAttempt ? "attempt" : "subscription") : "nothing",
    };
  }

  /** The subscriptions of which an attempt that is over may have left something behind, such as a timer. */
  #leftovers(): string[] {
    if (this.outgrown) return this.#endedSince(this.#smallAt);
    const recent = this.#endedSince(this.#monotonic() - LEFTOVER_MS);
    return this.abandoned > 0 ? [...recent, ...this.#timeouts.keys()] : recent;
  }

  #endedSince(since: number): string[] {
    return [...this.#endedAt].flatMap(([name, endedAt]) => (endedAt > since ? name : []));
  }
}
