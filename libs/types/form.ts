/** Most fields of a form, and most parts of a multipart body: more is hostile. */
export const FORM_FIELDS_MAX = 2_000;
/** Longest name of a field as sent, and longest head of a part, in bytes. */
export const FORM_NAME_BYTES_MAX = 4_096;

const URLENCODED = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i;
/** Its boundary has at most 70 characters (RFC 2046), in quotes or not. */
const MULTIPART =
  /^multipart\/form-data[ \t]*;(?:[^"]*;)?[ \t]*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))[ \t]*(?:;|$)/i;
const DISPOSITION = /^content-disposition:[ \t]*form-data[ \t]*;(.*)$/im;
/** Spaces after a bare value are part of it: if two parts could have them, a long run would take quadratic time. */
const PARAMETER = /[ \t]*([a-z*]+)=(?:"((?:[^"\\]|\\.)*)"[ \t]*|([^";]*))(?:;|$)/giy;
const TYPE = /^content-type:[ \t]*(.*)$/im;

/** Longest white space before JSON, in bytes: what has more is read as JSON, too, and rarely is any. */
const SPACE_BYTES_MAX = 64 * 1024;

/** Bytes of a form that are read in one go: at most 3 ms if it is hostile … */
const PIECE_BYTES = 128 * 1024;
/** … and fields: a part takes up to 5 µs, however short it is. */
const PIECE_FIELDS = 500;

/** Bytes of a value as sent that are decoded in one go: at most 2 ms if they are hostile. */
const TEXT_PIECE_BYTES = 64 * 1024;

/** Longest text before the first part, in bytes. */
const PREAMBLE_BYTES_MAX = 4_096;
/** Longest padding after a boundary, in bytes. */
const PADDING_BYTES_MAX = 256;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const DASHES = "--";

/** A file among the fields of a multipart body. */
export interface FormFile {
  name: string;
  /** Its content type; empty if the part has none. */
  contentType: string;
}

/** A field of a form. */
export interface FormField {
  name: string;
  /** Null if it is text. */
  file: FormFile | null;
  /** The bytes of its value as sent. Read them with {@linkcode fieldBytes} or {@linkcode fieldText}. */
  sent: Uint8Array;
  /** Whether `sent` has escapes. */
  escaped: boolean;
}

/** The fields of a form, in the order sent; a name may be repeated. */
export type Form = readonly FormField[];

/** Whether it begins as an object or an array does, after a byte order mark and white space. */
export function startsAsJson(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) {
    at += 1;
    if (at > SPACE_BYTES_MAX) return true;
    byte = bytes[at];
  }
  return bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET;
}

/** Whether a content type is a form's. */
export function isForm(contentType: string): boolean {
  return URLENCODED.test(contentType) || MULTIPART.test(contentType);
}

/**
 * Reads a form, urlencoded or multipart/form-data; null if the content type is another, the body is malformed, it has more
 * than {@linkcode FORM_FIELDS_MAX} fields, or a name is longer than {@linkcode FORM_NAME_BYTES_MAX}. JSON and multipart
 * bodies are never read as urlencoded ones: the content type is rarely signed, and must not make fields of what people have
 * written in them.
 *
 * Takes any bytes, and time in proportion to their number. Reads names and values as `URLSearchParams` does, which takes
 * seconds for 1 MiB of separators.
 */
export function readForm(contentType: string, body: Uint8Array): Form | null {
  const steps = readSteps(contentType, body);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, 128 KiB in a turn of the event loop: `nextTurn` settles once others had theirs. */
export async function readFormInTurns(
  contentType: string,
  body: Uint8Array,
  { nextTurn }: { nextTurn: () => Promise<unknown> },
): Promise<Form | null> {
  const steps = readSteps(contentType, body);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await nextTurn();
  }
}

/** Reads a form; yields after each {@linkcode PIECE_BYTES} or {@linkcode PIECE_FIELDS}. */
type Steps = Generator<undefined, Form | null, undefined>;

function* readSteps(contentType: string, body: Uint8Array): Steps {
  if (URLENCODED.test(contentType)) {
    const start = String.fromCharCode(...body.subarray(0, DASHES.length));
    if (start === DASHES || startsAsJson(body)) return null;
    // A Buffer finds a byte at once: in 32 MiB of a Uint8Array it takes 20 ms and more.
    return yield* readPairs(bufferOf(body));
  }
  const [, quoted, bare] = MULTIPART.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  return boundary === undefined ? null : yield* readParts(bufferOf(body), boundary);
}

function bufferOf(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function* readPairs(body: Buffer): Steps {
  const fields: FormField[] = [];
  let at = 0;
  for (let pairs = 0, pause = PIECE_BYTES; at < body.length; pairs += 1) {
    if (pairs === FORM_FIELDS_MAX) return null;
    const next = body.indexOf(AMPERSAND, at);
    const end = next === -1 ? body.length : next;
    const field = end > at ? readPair(body.subarray(at, end)) : undefined;
    if (field === null) return null;
    if (field !== undefined) fields.push(field);
    at = end + 1;
    if (at < pause && (pairs + 1) % PIECE_FIELDS > 0) continue;
    yield;
    pause = at + PIECE_BYTES;
  }
  return fields;
}

/** Null if its name is too long to be decoded. */
function readPair(pair: Buffer): FormField | null {
  const found = pair.indexOf(EQUALS);
  const at = found === -1 ? pair.length : found;
  if (at > FORM_NAME_BYTES_MAX) return null;
  const name = toText(decodeEscapes(pair.subarray(0, at)));
  return { name, file: null, sent: pair.subarray(at + 1), escaped: true };
}

function* readParts(body: Buffer, boundary: string): Steps {
  const start = startOfParts(body, Buffer.from(`\n--${boundary}`, "latin1"));
  if (start === null) return null;
  const { lineBreak } = start;
  const delimiter = Buffer.from(`${lineBreak}--${boundary}`, "latin1");
  const fields: FormField[] = [];
  let pause = start.end + PIECE_BYTES;
  for (let at = start.end; ; ) {
    if (body.toString("latin1", at, at + DASHES.length) === DASHES) return fields;
    at = skipPadding(body, at);
    if (lineBreakAt(body, at) !== lineBreak) return null;
    let end = body.subarray(0, pause).indexOf(delimiter, at);
    while (end === -1 && pause < body.length) {
      yield;
      // It may lie across the border.
      const from = Math.max(at, pause - delimiter.length);
      pause += PIECE_BYTES;
      end = body.subarray(0, pause).indexOf(delimiter, from);
    }
    const field = end === -1 ? null : readPart(body.subarray(at, end), lineBreak);
    if (field === null || fields.length === FORM_FIELDS_MAX) return null;
    fields.push(field);
    if (fields.length % PIECE_FIELDS === 0) yield;
    at = end + delimiter.length;
  }
}

/** Some senders write `\n` alone. One body has one of them: in text of the other, no boundary ends a part. */
type LineBreak = "\r\n" | "\n";

function lineBreakAt(body: Buffer, at: number): LineBreak | null {
  if (body[at] === LINE_FEED) return "\n";
  return body[at] === CARRIAGE_RETURN && body[at + 1] === LINE_FEED ? "\r\n" : null;
}

/** Where the spaces after a boundary end, which are padding of a transport (RFC 2046, 5.1.1). */
function skipPadding(body: Buffer, start: number): number {
  let at = start;
  while ((body[at] === SPACE || body[at] === TAB) && at < start + PADDING_BYTES_MAX) at += 1;
  return at;
}

/**
 * Where the first boundary ends, and how lines are broken; null if there is none. What comes before it is ignored (RFC 2046): a
 * line break, mostly.
 */
function startOfParts(
  body: Buffer,
  delimiter: Buffer,
): { end: number; lineBreak: LineBreak } | null {
  const dashes = delimiter.subarray(1);
  if (body.subarray(0, dashes.length).equals(dashes)) {
    const lineBreak = lineBreakAt(body, skipPadding(body, dashes.length));
    // Without any part there is none.
    return { end: dashes.length, lineBreak: lineBreak ?? "\r\n" };
  }
  const found = body.subarray(0, PREAMBLE_BYTES_MAX + delimiter.length + 1).indexOf(delimiter);
  if (found === -1) return null;
  const lineBreak = body[found - 1] === CARRIAGE_RETURN ? "\r\n" : "\n";
  return { end: found + delimiter.length, lineBreak };
}

/** A part, from the line break before its head. */
function readPart(part: Buffer, lineBreak: LineBreak): FormField | null {
  const end = part.subarray(0, FORM_NAME_BYTES_MAX).indexOf(lineBreak + lineBreak);
  if (end === -1) return null;
  const head = part.toString("utf8", lineBreak.length, end);
  const parameters = readParameters(DISPOSITION.exec(head)?.[1] ?? "");
  const name = parameters.get("name");
  if (name === undefined) return null;
  const fileName = parameters.get("filename") ?? parameters.get("filename*");
  const contentType = TYPE.exec(head)?.[1]?.trim() ?? "";
  const file = fileName === undefined ? null : { name: fileName, contentType };
  const sent = part.subarray(end + 2 * lineBreak.length);
  return { name, file, sent, escaped: false };
}

/** Parameters of a header by lower-case name; the first of a name counts. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, key = "", quoted, bare = ""] of text.matchAll(PARAMETER)) {
    const name = key.toLowerCase();
    if (!parameters.has(name)) parameters.set(name, unquote(quoted ?? bare.trim()));
  }
  return parameters;
}

/** Browsers escape a quote as %22, curl with a backslash. */
function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, "$1").replaceAll("%22", '"');
}

/** The bytes of a field's value. */
export function fieldBytes({ sent, escaped }: FormField): Uint8Array {
  return escaped ? decodeEscapes(sent) : sent;
}

/** The text of a field's value; invalid UTF-8 is replaced. */
export function fieldText(field: FormField): string {
  return toText(fieldBytes(field));
}

/** The same in UTF-8, a piece at a time: {@linkcode fieldText} of a large value takes long. */
export function* fieldTextPieces({ sent, escaped }: FormField): Generator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", DECODING);
  for (let at = 0, end = 0; at < sent.length; at = end) {
    end = Math.min(at + TEXT_PIECE_BYTES, sent.length);
    // Not within an escape: what begins with a percent sign is none from its second byte on.
    if (escaped && end < sent.length) {
      if (sent[end - 2] === PERCENT) end -= 2;
      else if (sent[end - 1] === PERCENT) end -= 1;
    }
    const piece = sent.subarray(at, end);
    const bytes = escaped ? decodeEscapes(piece, scratch) : piece;
    yield Buffer.from(decoder.decode(bytes, { stream: end < sent.length }));
  }
}

/** Reused: nothing else runs between writing and reading it. */
const scratch = new Uint8Array(TEXT_PIECE_BYTES);

const DECODING = { ignoreBOM: true };
const decoder = new TextDecoder("utf-8", DECODING);

function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Bytes with `+` as a space and `%` escapes decoded; what only looks like an escape is kept. */
function decodeEscapes(bytes: Uint8Array, into?: Uint8Array): Uint8Array {
  if (!bytes.includes(PERCENT) && !bytes.includes(PLUS)) return bytes;
  const decoded = into ?? new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      const [high, low] = [hexDigit(bytes[at + 1]), hexDigit(bytes[at + 2])];
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        at += 2;
      }
    }
    decoded[length] = byte;
    length += 1;
  }
  return decoded.subarray(0, length);
}

/** Where bytes of a field's value begin in `sent`; `offsets` ascend. */
export function sentOffsets({ sent, escaped }: FormField, offsets: readonly number[]): number[] {
  if (!escaped) return [...offsets];
  const found: number[] = [];
  let value = 0;
  for (let at = 0; found.length < offsets.length; value += 1) {
    while (offsets[found.length] === value) found.push(at);
    if (at >= sent.length) break;
    const isEscape =
      sent[at] === PERCENT && hexDigit(sent[at + 1]) >= 0 && hexDigit(sent[at + 2]) >= 0;
    at += isEscape ? 3 : 1;
  }
  return found;
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
