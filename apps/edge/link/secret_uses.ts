import type { SecretUse } from "@hookgate/types";

/** Counts uses of secrets, with one entry for each secret. */
export class SecretUses {
  /** By source, then by secret. The configuration bounds both. */
  #uses = new Map<string, Map<string, SecretUse>>();

  /** Counts a request that this secret verified. */
  add(source: string, secretId: string, at: number): void {
    const use = this.#uses.get(source)?.get(secretId);
    if (use === undefined) {
      this.#merge({ source, secretId, uses: 1, firstUsedAt: at, lastUsedAt: at });
      return;
    }
    use.uses += 1;
    // The wall clock can step back.
    if (at > use.lastUsedAt) use.lastUsedAt = at;
    if (at < use.firstUsedAt) use.firstUsedAt = at;
  }

  /** Removes and returns up to this many. */
  take(usesMax: number): SecretUse[] {
    const taken = [...this.#uses.values()].flatMap((uses) => [...uses.values()]).slice(0, usesMax);
    for (const { source, secretId } of taken) {
      const uses = this.#uses.get(source);
      uses?.delete(secretId);
      if (uses?.size === 0) this.#uses.delete(source);
    }
    return taken;
  }

  /** Adds back what was taken and could not be sent. */
  restore(taken: readonly SecretUse[]): void {
    for (const use of taken) this.#merge(use);
  }

  #merge(more: SecretUse): void {
    const uses = this.#uses.get(more.source) ?? new Map<string, SecretUse>();
    this.#uses.set(more.source, uses);
    const use = uses.get(more.secretId);
    uses.set(more.secretId, {
      ...more,
      uses: more.uses + (use?.uses ?? 0),
      firstUsedAt: Math.min(more.firstUsedAt, use?.firstUsedAt ?? more.firstUsedAt),
      lastUsedAt: Math.max(more.lastUsedAt, use?.lastUsedAt ?? more.lastUsedAt),
    });
  }
}
