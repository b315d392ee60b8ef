/**
 * What a JSON pointer (RFC 6901) leads to; undefined where that is nothing. Own members only: `/constructor` is none.
 */
export function readPointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const token of pointerTokens(pointer)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, token))
      return undefined;
    found = Reflect.get(found, token);
  }
  return found;
}

/** The names and indexes that a JSON pointer is made of. */
export function pointerTokens(pointer: string): string[] {
  const tokens = pointer.split("/").slice(1);
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A scalar of JSON as text: strings, numbers and booleans. Undefined for nothing or null, null for anything else. */
export function scalarText(value: unknown): string | undefined | null {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
