/** Deepest nesting that is read: more is hostile, and means nothing. */
export const JSON_DEPTH_MAX = 500;

/** Longest string that is read out, in bytes between its quotes as they were sent. */
export const JSON_STRING_BYTES_MAX = 4_096;

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SHORT_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS = ["true", "false", "null"].map((word) => Buffer.from(word));

/** The place of what is no JSON. There is no byte at it, so whatever goes on from it is invalid too. */
const INVALID = -1;

const decoder = new TextDecoder();

/**
 * Reads strings at the top of a JSON object: of the members with these names (ASCII), those whose value is a string of
 * at most {@linkcode JSON_STRING_BYTES_MAX}. Null where the bytes are no JSON object, or nest deeper than
 * {@linkcode JSON_DEPTH_MAX}.
 *
 * What it accepts and finds is what `JSON.parse(new TextDecoder().decode(json))` does: invalid UTF-8 is replaced, a
 * byte order mark dropped, the last of several members with one name counts. But it makes no objects, so a hostile
 * document (400 KB of brackets, 50,000 names) takes time by its length alone and stalls nobody.
 */
export function readJsonStrings(
  json: Uint8Array,
  names: readonly string[],
): Map<string, string> | null {
  // Where the strings stand; they are decoded once the last one of each name is known.
  const spans = names.map((): [start: number, end: number] | null => null);
  let at = skipSpace(json, hasByteOrderMark(json) ? 3 : 0);
  if (json[at] !== OPEN_BRACE) return null;
  at = skipSpace(json, at + 1);
  for (let more = json[at] !== CLOSE_BRACE; more; ) {
    const nameEnd = skipString(json, at);
    const valueAt = skipColon(json, nameEnd);
    const valueEnd = skipValue(json, valueAt);
    if (valueEnd === INVALID) return null;
    const index = names.findIndex((name) => spells(json, at + 1, nameEnd - 1, name));
    if (index !== -1) spans[index] = json[valueAt] === QUOTE ? [valueAt, valueEnd] : null;
    at = skipSpace(json, valueEnd);
    more = json[at] === COMMA;
    if (more) at = skipSpace(json, at + 1);
  }
  if (json[at] !== CLOSE_BRACE || skipSpace(json, at + 1) !== json.length) return null;
  return decodeSpans(json, names, spans);
}

function decodeSpans(
  json: Uint8Array,
  names: readonly string[],
  spans: readonly ([start: number, end: number] | null)[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const [start, end] = spans[index] ?? [0, 0];
    const bytes = end - start - 2;
    if (bytes < 0 || bytes > JSON_STRING_BYTES_MAX) continue;
    found.set(name, JSON.parse(decoder.decode(json.subarray(start, end))));
  }
  return found;
}

function hasByteOrderMark(json: Uint8Array): boolean {
  return json[0] === 0xef && json[1] === 0xbb && json[2] === 0xbf;
}

/** Whether the inside of a valid string is this name, escapes or not. */
function spells(json: Uint8Array, start: number, end: number, name: string): boolean {
  let at = start;
  for (let index = 0; index < name.length; index += 1) {
    const escaped = json[at] === BACKSLASH;
    if (escaped && json[at + 1] !== LETTER_U) return false;
    const code = escaped ? readHex4(json, at + 2) : json[at];
    if (code !== name.charCodeAt(index)) return false;
    at += escaped ? 6 : 1;
  }
  return at === end;
}

/** From the start of a value to its end. Loops, because what nests deeply would overflow a stack of calls. */
function skipValue(json: Uint8Array, start: number): number {
  /** What ends each open array or object, the innermost last. */
  const closers: number[] = [];
  let at = start;
  for (;;) {
    const byte = json[at];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      // In ASCII a closing brace or bracket stands two after the opening one.
      closers.push(byte + 2);
      if (closers.length > JSON_DEPTH_MAX - 1) return INVALID;
      at = skipSpace(json, at + 1);
      if (json[at] !== byte + 2) {
        if (byte === OPEN_BRACE) at = skipColon(json, skipString(json, at));
        continue;
      }
    } else {
      at = skipScalar(json, at);
      if (closers.length === 0) return at;
      at = skipSpace(json, at);
    }
    while (json[at] === closers.at(-1)) {
      closers.pop();
      at += 1;
      if (closers.length === 0) return at;
      at = skipSpace(json, at);
    }
    if (json[at] !== COMMA) return INVALID;
    at = skipSpace(json, at + 1);
    if (closers.at(-1) === CLOSE_BRACE) at = skipColon(json, skipString(json, at));
  }
}

function skipScalar(json: Uint8Array, at: number): number {
  const byte = json[at] ?? 0;
  if (byte === QUOTE) return skipString(json, at);
  if (byte === MINUS || isDigit(byte)) return skipNumber(json, at);
  const word = LITERALS.find((literal) => literal.every((letter, i) => json[at + i] === letter));
  return word === undefined ? INVALID : at + word.length;
}

function skipString(json: Uint8Array, start: number): number {
  if (json[start] !== QUOTE) return INVALID;
  for (let at = start + 1; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return INVALID;
    if (byte !== BACKSLASH) continue;
    at += 1;
    if (json[at] === LETTER_U && readHex4(json, at + 1) !== INVALID) at += 4;
    else if (!SHORT_ESCAPES.has(json[at] ?? 0)) return INVALID;
  }
  return INVALID;
}

function skipNumber(json: Uint8Array, start: number): number {
  let at = json[start] === MINUS ? start + 1 : start;
  at = json[at] === ZERO ? at + 1 : skipDigits(json, at);
  if (at !== INVALID && json[at] === POINT) at = skipDigits(json, at + 1);
  // Bit 5 is all that tells E from e.
  if (at === INVALID || ((json[at] ?? 0) | 0x20) !== LETTER_E) return at;
  const signed = json[at + 1] === PLUS || json[at + 1] === MINUS;
  return skipDigits(json, signed ? at + 2 : at + 1);
}

/** Past one digit or more. */
function skipDigits(json: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(json[at] ?? 0)) at += 1;
  return at === start ? INVALID : at;
}

/** Past a colon and the space around it. */
function skipColon(json: Uint8Array, start: number): number {
  const at = skipSpace(json, start);
  return json[at] === COLON ? skipSpace(json, at + 1) : INVALID;
}

function skipSpace(json: Uint8Array, start: number): number {
  let at = start;
  for (let byte = json[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) {
    at += 1;
    byte = json[at];
  }
  return at;
}

function readHex4(json: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start; at < start + 4; at += 1) {
    const byte = json[at] ?? 0;
    const letter = byte | 0x20;
    if (isDigit(byte)) value = value * 16 + byte - ZERO;
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + letter - 0x57;
    else return INVALID;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}
