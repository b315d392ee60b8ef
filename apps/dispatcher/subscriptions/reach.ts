import { compilePattern, compilePatterns } from "@hookgate/config";
import type { Reach } from "@hookgate/rpc";
import type { Subscription } from "@hookgate/types";

/** What a subscriber may receive of one subscription. */
export interface CompiledReach {
  /** Patterns of types and sources that it has unless it asks for fewer. */
  filter: Pick<Subscription, "events" | "sources">;
  /** Whether everything that the filter lets through may be received. */
  covers(filter: Pick<Subscription, "events" | "sources">): boolean;
  /** Whether an event may be received. */
  admits(event: { type: string; source: string }): boolean;
}

/**
 * Compiles what a caller may receive of the subscription of this name; null if that is nothing. `reaches` are those of its
 * token, null for a caller that may receive everything.
 */
export function compileReach(
  reaches: readonly Reach[] | null,
  { name }: { name: string },
): CompiledReach | null {
  const own = (reaches ?? [EVERYTHING]).filter((reach) => compilePattern(reach.name)(name));
  if (own.length === 0) return null;
  const tests = own.map(({ types, sources }) => {
    return { type: compilePatterns(types), source: compilePatterns(sources) };
  });
  const admits = ({ type, source }: { type: string; source: string }) =>
    tests.some((test) => test.type(type) && test.source(source));
  return {
    filter: {
      events: [...new Set(own.flatMap(({ types }) => types))],
      sources: [...new Set(own.flatMap(({ sources }) => sources))],
    },
    admits,
    // A pattern covers another if it matches its text: only a star matches a star.
    covers: ({ events, sources }) =>
      events.every((type) => sources.every((source) => admits({ type, source }))),
  };
}

const EVERYTHING: Reach = { name: "*", types: ["*"], sources: ["*"] };
