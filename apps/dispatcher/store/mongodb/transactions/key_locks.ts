/**
 * Locks by key, within this process. Transactions of one process that write to the same small document wait for each other
 * here; at the server one of them would fail, try again, and perhaps lose again.
 */
export class KeyLocks {
  /** The end of the last one that wants a key. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` while no other call holds one of these keys. In the order of calls, so that none waits for one behind it. */
  async during<T>(keys: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const own = new Set(keys);
    if (own.size === 0) return work();
    const turns = [...own].flatMap((key) => this.#tails.get(key) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const key of own) this.#tails.set(key, promise);
    try {
      await Promise.all(turns);
      return await work();
    } finally {
      for (const key of own) if (this.#tails.get(key) === promise) this.#tails.delete(key);
      resolve();
    }
  }
}
