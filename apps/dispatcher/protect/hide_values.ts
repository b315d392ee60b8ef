/** Shorter values are left: they are in many words. */
const VALUE_CHARS_MIN = 4;

/** Values that are looked for: with more, nothing that a target wrote is kept. */
const VALUES_MAX = 5_000;

/** Longest beginning of a value that is looked for, in characters: more than is kept of a text. */
const VALUE_CHARS_MAX = 5_000;

const HIDDEN = "[protected]";

/** What stands between words, in a body of any form. */
const BETWEEN_WORDS = /[\s"'`<>(){}[\],:;=&]+/;

/** Words of JSON that are nobody's data. */
const LITERALS: ReadonlySet<string> = new Set(["true", "false", "null"]);

const NUMBER = /^-?\d[\d.eE+-]*$/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Takes values out of texts that targets wrote, such as the error of a handler, because these are stored and logged. `pieces` are
 * what was decrypted for it: JSON, texts, parts of forms, or whole bodies that could not be read. A value is found as it came, as
 * it reads, and as it is written into JSON and URLs again; a text that was cut in the middle of one ends before it.
 */
export function hideValues(pieces: readonly Uint8Array[]): (text: string) => string {
  let values: readonly string[] | null | undefined;
  return (text) => {
    // Read only once something failed.
    if (values === undefined) values = readValues(pieces);
    if (values === null) return text === "" ? "" : HIDDEN;
    let hidden = text;
    for (const value of values) hidden = hidden.replaceAll(value, HIDDEN);
    const cut = values.reduce((most, value) => Math.max(most, beginningAtEnd(hidden, value)), 0);
    return cut === 0 ? hidden : `${hidden.slice(0, -cut)}${HIDDEN}`;
  };
}

/** The values, longest first; null if there are too many. */
function readValues(pieces: readonly Uint8Array[]): string[] | null {
  const values = new Set<string>();
  for (const piece of pieces) {
    for (const text of textsOf(Buffer.from(piece).toString())) {
      for (const value of valuesOf(text)) {
        values.add(value);
        if (values.size > VALUES_MAX) return null;
      }
    }
  }
  return [...values].sort((a, b) => b.length - a.length);
}

/** A piece as it came, and as it reads in a form. */
function textsOf(piece: string): string[] {
  if (!/[%+]/.test(piece)) return [piece];
  const read = new URLSearchParams(`=${piece.replaceAll("&", "%26")}`).get("") ?? "";
  return [piece, read];
}

/** Reads a piece as JSON, however broken it is, in one pass: its texts, and the words between them. */
function* valuesOf(piece: string): Generator<string> {
  if (!/^\s*["{[]/.test(piece)) yield* written(piece);
  for (let at = 0; at < piece.length; ) {
    const start = piece.indexOf('"', at);
    const end = start === -1 ? -1 : endOfText(piece, start);
    const gapEnd = end === -1 ? piece.length : start;
    if (gapEnd - at >= VALUE_CHARS_MIN) yield* wordsOf(piece.slice(at, gapEnd));
    if (end === -1) return;
    const isLong = end - start >= VALUE_CHARS_MIN + 2;
    if (isLong && !isName(piece, end)) yield* textsWritten(piece.slice(start + 1, end - 1));
    at = end;
  }
}

/** Behind the closing quote of a text; -1 if there is none. */
function endOfText(piece: string, start: number): number {
  for (let at = start + 1; at < piece.length; at += 1) {
    const code = piece.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

/** Whether the text that ends here names a member: a colon is behind it. */
function isName(piece: string, end: number): boolean {
  let at = end;
  while (/\s/.test(piece.charAt(at))) at += 1;
  return piece.charAt(at) === ":";
}

function* textsWritten(sent: string): Generator<string> {
  yield* written(sent);
  const read = parseText(sent);
  if (read !== null && read !== sent) yield* written(read);
}

function* wordsOf(text: string): Generator<string> {
  for (const word of text.split(BETWEEN_WORDS)) {
    if (LITERALS.has(word)) continue;
    yield* written(word);
    const number = NUMBER.test(word) ? String(Number(word)) : "";
    if (number.length >= VALUE_CHARS_MIN) yield number;
  }
}

/** A text as it may be quoted. */
function* written(text: string): Generator<string> {
  if (text.length < VALUE_CHARS_MIN) return;
  const start = text.slice(0, VALUE_CHARS_MAX).toWellFormed();
  yield start;
  yield JSON.stringify(start).slice(1, -1);
  yield encodeURIComponent(start);
}

function parseText(sent: string): string | null {
  try {
    return JSON.parse(`"${sent}"`);
  } catch {
    return null;
  }
}

/** How many characters at the end of a text are the beginning of a value. */
function beginningAtEnd(text: string, value: string): number {
  const beginning = value.slice(0, VALUE_CHARS_MIN);
  for (let from = Math.max(0, text.length - value.length + 1); ; from += 1) {
    from = text.indexOf(beginning, from);
    if (from === -1) return 0;
    if (value.startsWith(text.slice(from))) return text.length - from;
  }
}
