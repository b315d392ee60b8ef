import type { VerifySecret } from "@hookgate/signature";
import { isInForce, type Secret } from "@hookgate/types";

/** The configured secrets of a source that verify at a time: a retiring one ends by itself, without a reload. */
export class SecretsInForce {
  readonly #secrets: readonly Secret[];
  #chosen: readonly VerifySecret[] = [];
  /** `#chosen` holds from here … */
  #from = Number.POSITIVE_INFINITY;
  /** … until here. */
  #until = Number.NEGATIVE_INFINITY;

  constructor(secrets: readonly Secret[]) {
    // Active ones first: handshakes are answered, and samples signed, with the secret that stays.
    const rank = ({ state }: Secret) => (state === "active" ? 0 : 1);
    this.#secrets = secrets.toSorted((a, b) => rank(a) - rank(b));
  }

  /** Those that verify at this time, in milliseconds since 1970, active ones first. */
  at(time: number): readonly VerifySecret[] {
    if (time < this.#from || time >= this.#until) this.#choose(time);
    return this.#chosen;
  }

  #choose(time: number): void {
    const ends = this.#secrets.flatMap(({ until }) => until ?? []);
    this.#chosen = this.#secrets.filter((secret) => isInForce(secret, time));
    this.#from = Math.max(Number.NEGATIVE_INFINITY, ...ends.filter((end) => end <= time));
    this.#until = Math.min(Number.POSITIVE_INFINITY, ...ends.filter((end) => end > time));
  }
}
