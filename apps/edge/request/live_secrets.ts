import type { VerifySecret } from "@hookgate/signature";
import type { Secret } from "@hookgate/types";

/** The secrets of a source that verify at a time: a retiring one ends by itself, without a reload. */
export class LiveSecrets {
  readonly #secrets: readonly Secret[];
  #live: readonly VerifySecret[] = [];
  /** Within these bounds `#live` holds. */
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;

  constructor(secrets: readonly Secret[]) {
    // Active ones first: handshakes are answered with the secret that stays.
    const rank = ({ state }: Secret) => (state === "active" ? 0 : 1);
    this.#secrets = secrets
      .filter(({ state }) => state !== "revoked")
      .toSorted((a, b) => rank(a) - rank(b));
  }

  /** Those that verify at this time, in milliseconds since 1970. */
  at(now: number): readonly VerifySecret[] {
    if (now < this.#from || now >= this.#until) this.#choose(now);
    return this.#live;
  }

  #choose(now: number): void {
    const ends = this.#secrets.flatMap(({ until }) => until ?? []);
    this.#live = this.#secrets.filter(({ until }) => until === null || until > now);
    this.#from = Math.max(Number.NEGATIVE_INFINITY, ...ends.filter((end) => end <= now));
    this.#until = Math.min(Number.POSITIVE_INFINITY, ...ends.filter((end) => end > now));
  }
}
