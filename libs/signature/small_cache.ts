/**
 * Keeps what is slow to make, such as parsed keys: at most `max` of them, the oldest going first. What cannot be made is
 * kept as null.
 */
export function smallCache<T>(make: (text: string) => T, max: number): (text: string) => T | null {
  const kept = new Map<string, T | null>();
  return (text) => {
    const before = kept.get(text);
    if (before !== undefined) return before;
    const made = attempt(make, text);
    const oldest = kept.size < max ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, made);
    return made;
  };
}

function attempt<T>(make: (text: string) => T, text: string): T | null {
  try {
    return make(text);
  } catch {
    // The crypto library says of a text that it is no key: nothing verifies with it.
    return null;
  }
}
