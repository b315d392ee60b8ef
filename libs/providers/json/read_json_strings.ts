import {
  CLOSE_BRACE,
  COMMA,
  INVALID,
  JSON_DEPTH_MAX,
  OPEN_BRACE,
  parseScalar,
  QUOTE,
  type Span,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
  spells,
  startOfJson,
} from "@hookgate/signature";

/** Longest string that is read, in bytes between its quotes as sent. */
export const JSON_STRING_BYTES_MAX = 4_096;

/**
 * Reads strings at the top of a JSON object: the members with these names whose value is a string of at most
 * {@linkcode JSON_STRING_BYTES_MAX}. Null if the bytes are not a JSON object, or nest deeper than
 * {@linkcode JSON_DEPTH_MAX}.
 *
 * Accepts and finds the same as `JSON.parse(new TextDecoder().decode(json))`: invalid UTF-8 is replaced, a byte order mark
 * dropped, the last of several members with one name counts. But it makes no objects, so a hostile document (400 KB of
 * brackets, 50,000 names) takes time in proportion to its length only.
 */
export function readJsonStrings(
  json: Uint8Array,
  names: readonly string[],
): Map<string, string> | null {
  // Where the strings are; they are decoded once the last one of each name is known.
  const spans = names.map((): Span | null => null);
  let at = startOfJson(json);
  if (json[at] !== OPEN_BRACE) return null;
  at = skipSpace(json, at + 1);
  for (let more = json[at] !== CLOSE_BRACE; more; ) {
    const key = { start: at, end: skipString(json, at) };
    const start = skipColon(json, key.end);
    const end = skipValue(json, start, JSON_DEPTH_MAX - 1);
    if (end === INVALID) return null;
    for (let index = 0; index < names.length; index += 1) {
      if (!spells(json, key, names[index] ?? "")) continue;
      spans[index] = json[start] === QUOTE ? { start, end } : null;
    }
    at = skipSpace(json, end);
    more = json[at] === COMMA;
    if (more) at = skipSpace(json, at + 1);
  }
  if (json[at] !== CLOSE_BRACE || skipSpace(json, at + 1) !== json.length) return null;
  return decodeSpans(json, names, spans);
}

function decodeSpans(
  json: Uint8Array,
  names: readonly string[],
  spans: readonly (Span | null)[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (let index = 0; index < names.length; index += 1) {
    const span = spans[index] ?? null;
    if (span === null || span.end - span.start - 2 > JSON_STRING_BYTES_MAX) continue;
    found.set(names[index] ?? "", String(parseScalar(json, span)));
  }
  return found;
}
