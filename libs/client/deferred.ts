/** A promise, and what settles it. */
export interface Deferred {
  promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** What `Promise.withResolvers()` gives, which Node 20 does not have. */
export function deferred(): Deferred {
  let settle: Omit<Deferred, "promise"> | null = null;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // It is set by now: a promise runs its function at once.
  return { promise, ...(settle as unknown as Omit<Deferred, "promise">) };
}
