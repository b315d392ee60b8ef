import { headerValues } from "@hookgate/providers";
import { CliError } from "../cli.ts";

/** A captured HTTP/1.1 request. */
export interface CapturedRequest {
  method: string;
  /** The target of the request line: a path with its query, or a whole URL. */
  target: string;
  /** Names and values in order, as in Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  /** The exact bytes after the empty line. */
  body: Buffer;
  /** What was changed while reading it, a sentence each. */
  notes: readonly string[];
}

const REQUEST_LINE = /^([A-Za-z]+) (\S+)(?: HTTP\/[\d.]+)?$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads a captured request: the request line, headers, an empty line, the body to the last byte. Line ends before the body
 * may be LF, as editors write them.
 *
 * @throws {CliError} if it is not a request, or its body is cut off.
 */
export function parseCaptured(bytes: Buffer): CapturedRequest {
  const { head, rest } = splitHead(bytes);
  const [first = "", ...lines] = head;
  const found = REQUEST_LINE.exec(first);
  if (found === null) {
    throw refuse('it does not begin with a request line such as "POST /api/webhooks/a HTTP/1.1"');
  }
  const [, method = "", target = ""] = found;
  const rawHeaders = lines.flatMap(parseHeader);
  return { method: method.toUpperCase(), target, rawHeaders, ...readBody(rest, rawHeaders) };
}

function splitHead(bytes: Buffer): { head: string[]; rest: Buffer } {
  const head: string[] = [];
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, from);
    // Without a body the empty line can be missing.
    const line = bytes.subarray(from, end < 0 ? bytes.length : end).toString("latin1");
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    from = end < 0 ? bytes.length : end + 1;
    if (text === "" && head.length > 0) return { head, rest: bytes.subarray(from) };
    if (text !== "") head.push(text);
    if (from >= bytes.length) return { head, rest: bytes.subarray(from) };
  }
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  if (!NAME.test(name)) {
    throw refuse(
      "a line before the first empty one is not a header; the body comes after an empty line",
    );
  }
  return [name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

function readBody(
  rest: Buffer,
  rawHeaders: readonly string[],
): Pick<CapturedRequest, "body" | "notes"> {
  if (headerValues(rawHeaders, "transfer-encoding").some((value) => /chunked/i.test(value))) {
    const body = joinChunks(rest);
    // Most tools show the body without its chunks, but keep the header.
    if (body !== null) return { body, notes: ["Its chunks were put together."] };
    return { body: rest, notes: [] };
  }
  const [length] = headerValues(rawHeaders, "content-length");
  if (length === undefined || !/^\d{1,15}$/.test(length)) return { body: rest, notes: [] };
  const bytes = Number(length);
  if (rest.length < bytes) {
    throw refuse(`its body has ${rest.length} bytes, but Content-Length says ${bytes}`);
  }
  const body = rest.subarray(0, bytes);
  const more = rest.length - bytes;
  const notes = more === 0 ? [] : [`${more} bytes after its Content-Length were left out.`];
  return { body, notes };
}

/** The body of chunks (RFC 9112); null if these are not chunks. */
function joinChunks(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  let from = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n", from);
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(
      end < 0 ? "" : bytes.subarray(from, end).toString("latin1"),
    )?.[1];
    if (size === undefined) return null;
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(chunks);
    const start = end + 2;
    if (bytes.subarray(start + length, start + length + 2).toString("latin1") !== "\r\n")
      return null;
    chunks.push(bytes.subarray(start, start + length));
    from = start + length + 2;
  }
}

function refuse(state: string): CliError {
  return new CliError(`Cannot verify: ${state}`, { exitCode: 2 });
}
