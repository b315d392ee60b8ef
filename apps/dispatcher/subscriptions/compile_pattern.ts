import { isPattern, PATTERN_FORM, PATTERNS_MAX } from "@hookgate/config";

/**
 * Compiles a pattern for types or sources. `*` matches any run of characters, everything else matches itself. Not a
 * regular expression, because several stars would backtrack for polynomial time.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    for (const part of rest) {
      // The first match leaves the most text for the parts that follow.
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** Why these cannot be the patterns of `field`, as the end of a sentence; null if they can. */
export function patternsProblem(field: string, patterns: readonly string[]): string | null {
  if (patterns.length > PATTERNS_MAX) return `${field} are at most ${PATTERNS_MAX}`;
  const odd = patterns.find((pattern) => !isPattern(pattern));
  if (odd === undefined) return null;
  return `${JSON.stringify(odd.slice(0, 60))} cannot be one of ${field}: it needs ${PATTERN_FORM}`;
}
