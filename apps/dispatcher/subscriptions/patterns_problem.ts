import { isPattern, PATTERN_FORM, PATTERNS_MAX } from "@hookgate/config";

/** Why these cannot be the patterns of `field`, as the end of a sentence; null if they can. */
export function patternsProblem(field: string, patterns: readonly string[]): string | null {
  if (patterns.length > PATTERNS_MAX) return `${field} are at most ${PATTERNS_MAX}`;
  const odd = patterns.find((pattern) => !isPattern(pattern));
  if (odd === undefined) return null;
  return `${JSON.stringify(odd.slice(0, 60))} cannot be one of ${field}: it needs ${PATTERN_FORM}`;
}
