import type { StoredSubscription } from "../store/event_store.ts";

/** Types whose matches are remembered; past it the memory starts anew. */
const REMEMBERED_TYPES_MAX = 10_000;

/**
 * Compiles a set of subscriptions into a function from an event type to the names of those that want it, in the set's
 * order. Removed subscriptions want nothing; other paused ones do: their deliveries wait.
 */
export function matchSubscriptions(
  set: readonly StoredSubscription[],
): (type: string) => readonly string[] {
  const wanted = set
    .filter(({ paused }) => paused !== "removed")
    .map(({ definition }) => ({
      name: definition.name,
      patterns: definition.events.map(compilePattern),
    }));
  const remembered = new Map<string, readonly string[]>();
  return (type) => {
    const known = remembered.get(type);
    if (known) return known;
    const names = wanted
      .filter(({ patterns }) => patterns.some((pattern) => pattern.test(type)))
      .map(({ name }) => name);
    if (remembered.size >= REMEMBERED_TYPES_MAX) remembered.clear();
    remembered.set(type, names);
    return names;
  };
}

/** `*` stands for any run of characters; all else for itself. */
function compilePattern(pattern: string): RegExp {
  const literal = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "s");
}
