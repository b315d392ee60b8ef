/** Deepest nesting that is read: more is hostile. */
export const JSON_DEPTH_MAX = 500;

/** The position of invalid JSON. There is no byte at it, so scanning on from it is invalid, too. */
export const INVALID = -1;

/** Starts a string. */
export const QUOTE = 0x22;
/** Separates members, and items. */
export const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
/** Starts an object. */
export const OPEN_BRACE = 0x7b;
/** Ends an object. */
export const CLOSE_BRACE = 0x7d;

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const ASCII_END = 0x80;

/** What a letter after a backslash means, by the letter; 0 if it may not follow one. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const pair of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  SHORT_ESCAPES[pair.charCodeAt(0)] = pair.charCodeAt(1);
}

/** The literals, by their first byte. */
const LITERALS: (Uint8Array | undefined)[] = Array(ASCII_END).fill(undefined);
for (const word of ["true", "false", "null"]) LITERALS[word.charCodeAt(0)] = Buffer.from(word);

const decoder = new TextDecoder();

/** A string, number or literal. */
export type JsonScalar = string | number | boolean | null;

/** The start and end of a part of a document, in bytes. */
export interface Span {
  start: number;
  end: number;
}

/** Whether this byte starts an object or an array. */
export function opens(byte: number | undefined): byte is number {
  return byte === OPEN_BRACE || byte === OPEN_BRACKET;
}

/** Where the first value starts: after a byte order mark and white space. */
export function startOfJson(json: Uint8Array): number {
  const marked = json[0] === 0xef && json[1] === 0xbb && json[2] === 0xbf;
  return skipSpace(json, marked ? 3 : 0);
}

/** The value of a valid string (with its quotes), number or literal, as JSON.parse reads it; invalid UTF-8 is replaced. */
export function parseScalar(json: Uint8Array, span: Span): JsonScalar {
  return shortText(json, span) ?? JSON.parse(decoder.decode(json.subarray(span.start, span.end)));
}

/** Up to so many bytes with its quotes, a string is read here: a view and two calls for each type and id cost more. */
const SHORT_BYTES = 64;

/** The value of a short string of plain ASCII; null for everything else. */
function shortText(json: Uint8Array, { start, end }: Span): string | null {
  if (json[start] !== QUOTE || end - start > SHORT_BYTES) return null;
  let text = "";
  for (let at = start + 1; at < end - 1; at += 1) {
    const byte = json[at] ?? 0;
    if (byte >= ASCII_END || PLAIN[byte] === 0) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Whether a valid string (with its quotes) is this text, with or without escapes. Stops at the first difference. */
export function spells(json: Uint8Array, { start, end }: Span, text: string): boolean {
  let at = start + 1;
  for (let index = 0; index < text.length; index += 1) {
    const wanted = text.charCodeAt(index);
    const byte = json[at] ?? 0;
    if (byte >= ASCII_END) {
      // Multi-byte and invalid characters need the decoder.
      return wanted >= ASCII_END && parseScalar(json, { start, end }) === text;
    }
    if (byte !== BACKSLASH) {
      if (byte !== wanted) return false;
      at += 1;
      continue;
    }
    const letter = json[at + 1] ?? 0;
    if ((letter === LETTER_U ? readHex4(json, at + 2) : SHORT_ESCAPES[letter]) !== wanted) {
      return false;
    }
    at += letter === LETTER_U ? 6 : 2;
  }
  // The text may contain a quote where the string ends: then it is longer.
  return at === end - 1;
}

/** The closing bytes of the open arrays and objects, innermost last. Reused: nothing else runs during a scan. */
const closers = new Uint8Array(JSON_DEPTH_MAX + 1);

/**
 * The end of the value that starts here; INVALID if it nests deeper than `levelsMax`, at most {@linkcode JSON_DEPTH_MAX}. A
 * loop, because recursion would overflow the stack.
 */
export function skipValue(json: Uint8Array, start: number, levelsMax: number): number {
  if (!opens(json[start])) return skipScalar(json, start);
  let depth = 0;
  let at = start;
  for (;;) {
    const byte = json[at];
    if (opens(byte)) {
      if (depth === levelsMax) return INVALID;
      // In ASCII a closing brace or bracket is two after the opening one.
      const closer = byte + 2;
      depth += 1;
      closers[depth] = closer;
      at = skipSpace(json, at + 1);
      if (json[at] !== closer) {
        if (byte === OPEN_BRACE) at = skipColon(json, skipString(json, at));
        continue;
      }
    } else {
      at = skipSpace(json, skipScalar(json, at));
    }
    while (json[at] === closers[depth]) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
      at = skipSpace(json, at);
    }
    if (json[at] !== COMMA) return INVALID;
    at = skipSpace(json, at + 1);
    if (closers[depth] === CLOSE_BRACE) at = skipColon(json, skipString(json, at));
  }
}

function skipScalar(json: Uint8Array, at: number): number {
  const byte = json[at] ?? 0;
  if (byte === QUOTE) return skipString(json, at);
  if (byte === MINUS || isDigit(byte)) return skipNumber(json, at);
  const word = LITERALS[byte];
  return word === undefined ? INVALID : skipWord(json, at, word);
}

function skipWord(json: Uint8Array, start: number, word: Uint8Array): number {
  for (let at = 1; at < word.length; at += 1) if (json[start + at] !== word[at]) return INVALID;
  return start + word.length;
}

/** 1 for each byte that stands for itself in a string, 0 for quotes, backslashes and control characters. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** The position after the plain bytes from here on, but for at most seven. Nearly all of a body is in its long strings. */
function skipPlain(json: Uint8Array, start: number): number {
  const last = json.length - 8;
  let at = start;
  while (at <= last && isPlain(json, at) + isPlain(json, at + 4) === 2) at += 8;
  return at;
}

/** 1 if these four bytes are plain, else 0. */
function isPlain(json: Uint8Array, at: number): number {
  return (
    (PLAIN[json[at] as number] as number) &
    (PLAIN[json[at + 1] as number] as number) &
    (PLAIN[json[at + 2] as number] as number) &
    (PLAIN[json[at + 3] as number] as number)
  );
}

/** The position after a string, from its opening quote. */
export function skipString(json: Uint8Array, start: number): number {
  if (json[start] !== QUOTE) return INVALID;
  const { length } = json;
  let at = skipPlain(json, start + 1);
  while (at < length) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return INVALID;
    if (byte !== BACKSLASH) at += 1;
    else if (SHORT_ESCAPES[json[at + 1] ?? 0] !== 0) at += 2;
    else if (json[at + 1] === LETTER_U && readHex4(json, at + 2) !== INVALID) at += 6;
    else return INVALID;
  }
  return INVALID;
}

function skipNumber(json: Uint8Array, start: number): number {
  let at = json[start] === MINUS ? start + 1 : start;
  at = json[at] === ZERO ? at + 1 : skipDigits(json, at);
  if (at !== INVALID && json[at] === POINT) at = skipDigits(json, at + 1);
  // E and e differ only in bit 5.
  if (at === INVALID || ((json[at] ?? 0) | 0x20) !== LETTER_E) return at;
  const signed = json[at + 1] === PLUS || json[at + 1] === MINUS;
  return skipDigits(json, signed ? at + 2 : at + 1);
}

/** The position after one digit or more. */
function skipDigits(json: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(json[at] ?? 0)) at += 1;
  return at === start ? INVALID : at;
}

/** The position after a colon and the white space around it. */
export function skipColon(json: Uint8Array, start: number): number {
  const at = skipSpace(json, start);
  return json[at] === COLON ? skipSpace(json, at + 1) : INVALID;
}

/** The position after any white space that JSON allows. */
export function skipSpace(json: Uint8Array, start: number): number {
  let at = start;
  for (let byte = json[at] ?? 0; byte <= 0x20; ) {
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at += 1;
    byte = json[at] ?? 0;
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
