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

/** Compiles several patterns: a text matches if it matches one of them. */
export function compilePatterns(patterns: readonly string[]): (text: string) => boolean {
  const matches = patterns.map(compilePattern);
  return (text) => matches.some((match) => match(text));
}
