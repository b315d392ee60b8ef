/**
 * Tokens of the claims that a store's current calls are making.
 *
 * `reclaim` is called with the tokens that are live at that moment. Calls that begin while it runs claim under other
 * tokens, which it learns here.
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

  /** Runs `work` with a set of the tokens in use, to which every new one is added until `work` ends. */
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
