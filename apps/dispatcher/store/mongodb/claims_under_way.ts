/**
 * Tokens of the claims that a store's calls are making now.
 *
 * `reclaim` is told which tokens are live when it is called; calls that begin while it runs claim under tokens that it
 * was not told of. Here it learns them.
 */
export class ClaimsUnderWay {
  readonly #counts = new Map<string, number>();
  readonly #watchers = new Set<Set<string>>();

  /** Runs `work`, which claims under these tokens. */
  async during<T>(tokens: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const own = new Set(tokens);
    for (const token of own) {
      this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
      for (const watcher of this.#watchers) watcher.add(token);
    }
    try {
      return await work();
    } finally {
      for (const token of own) {
        const left = (this.#counts.get(token) ?? 0) - 1;
        if (left > 0) this.#counts.set(token, left);
        else this.#counts.delete(token);
      }
    }
  }

  /** Runs `work` with a set that has, and gets, every token that is claimed under until it ends. */
  async watch<T>(work: (tokens: ReadonlySet<string>) => Promise<T>): Promise<T> {
    const tokens = new Set(this.#counts.keys());
    this.#watchers.add(tokens);
    try {
      return await work(tokens);
    } finally {
      this.#watchers.delete(tokens);
    }
  }
}
