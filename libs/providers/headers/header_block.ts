import type { SignedRequest, Span } from "@hookgate/signature";

/** Names of no header. */
const NONE: ReadonlySet<string> = new Set();

/** What a header cannot contain: it would end the line, or is not one byte in Latin-1. */
const UNWRITABLE = /[\0\r\n\u0100-\uffff]/;

/**
 * Writes a request's headers down as they came: Node's `rawHeaders` (name, value, name, value …) as an HTTP/1.1 header
 * block, `name: value\r\n` each, in order. Latin-1 restores the bytes of the wire.
 *
 * @param omitted Lower-case names of headers that are left out.
 * @throws {TypeError} for a name or value that no HTTP parser lets through.
 */
export function formatHeaderBlock(
  rawHeaders: readonly string[],
  omitted: ReadonlySet<string> = NONE,
): Uint8Array {
  for (const text of rawHeaders) {
    if (UNWRITABLE.test(text)) refuse("a line break, NUL or a character outside Latin-1 is in it");
  }
  let block = "";
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const value = rawHeaders[at + 1];
    if (value === undefined) refuse("a name has no value");
    if (name === "" || name.includes(":")) refuse("a name is empty or has a colon");
    if (omitted.size > 0 && omitted.has(name.toLowerCase())) continue;
    block += `${name}: ${value}\r\n`;
  }
  return Buffer.from(block, "latin1");
}

function refuse(state: string): never {
  throw new TypeError(`Cannot format the header block: ${state}`);
}

/** Reads what `formatHeaderBlock` wrote: names as they were sent, in order. Takes any bytes; skips lines without a name. */
export function parseHeaderBlock(block: Uint8Array): [name: string, value: string][] {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1");
  const headers: [string, string][] = [];
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    // One space was written after the colon; any other belongs to the value.
    const valueAt = line[colon + 1] === " " ? colon + 2 : colon + 1;
    headers.push([line.slice(0, colon), line.slice(valueAt)]);
  }
  return headers;
}

/** Where each header is in a block, and where its value is, in bytes; names in lower case. */
export function headerSpans(block: Uint8Array): { name: string; line: Span; value: Span }[] {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1");
  const spans = [];
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\r\n", start);
    const end = found === -1 ? text.length : found;
    const line = { start, end: Math.min(text.length, end + 2) };
    const colon = text.slice(start, end).indexOf(":");
    if (colon > 0) {
      const at = start + colon + (text[start + colon + 1] === " " ? 2 : 1);
      const name = text.slice(start, start + colon).toLowerCase();
      spans.push({ name, line, value: { start: Math.min(at, end), end } });
    }
    start = line.end;
  }
  return spans;
}

/**
 * All values of the header with this lower-case name, in the order received, from Node's `rawHeaders`: its parsed forms
 * drop or join what was sent twice.
 */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at];
    // Compare lengths first: that rules out nearly every header.
    if (sent?.length !== name.length || sent.toLowerCase() !== name) continue;
    values.push(rawHeaders[at + 1] ?? "");
  }
  return values;
}

/** A stored request, with its header block, as its signature sees it. */
export function keptRequest({
  method,
  url,
  headers: block,
  body,
  receivedAt,
}: Pick<SignedRequest, "method" | "url" | "body" | "receivedAt"> & {
  headers: Uint8Array;
}): SignedRequest {
  const rawHeaders = parseHeaderBlock(block).flat();
  return { method, url, body, receivedAt, headers: (name) => headerValues(rawHeaders, name) };
}

/**
 * The headers of a block by lower-case name; several values of one name are joined by `, `. The record has no prototype,
 * so a header named `__proto__` is like any other.
 */
export function headerRecord(block: Uint8Array): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of parseHeaderBlock(block)) {
    const key = name.toLowerCase();
    const before = record[key];
    record[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return record;
}
