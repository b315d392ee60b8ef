import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { urlToHttpOptions } from "node:url";
import { ATTEMPT_RESPONSE_BYTES_MAX } from "@hookgate/types";

/** Bytes of an answer's body that are read: a longer one is cut off, its connection is closed, and its status counts. */
export const ANSWER_BYTES_MAX = 64 * 1024;

/** Bytes of an answer's headers. */
const ANSWER_HEADER_BYTES_MAX = 16 * 1024;

/** Answers of 1xx before the one that counts. */
const INFORMATIONAL_MAX = 16;

/** Options for {@linkcode post}. */
export interface PostOptions {
  /** By lower-case name, including `content-length`. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Aborts the exchange at any point. */
  signal: AbortSignal;
  agent: Agent;
  /** Resolves names to addresses that may be connected to. */
  lookup: LookupFunction;
}

/** What an endpoint answered. */
export interface Answer {
  status: number;
  /** Null without such a header; the first of several. */
  location: string | null;
  retryAfter: string | null;
  /** At most {@linkcode ATTEMPT_RESPONSE_BYTES_MAX}. */
  body: Uint8Array;
  /** False if the body was truncated. One that was cut off here because of its length counts as whole. */
  whole: boolean;
}

/** A kept connection was closed by the peer when it was used again, before any answer. */
export class StaleConnectionError extends Error {
  override name = "StaleConnectionError";
}

/**
 * Posts once, reads the answer up to its limits, and follows no redirect. Rejects with the connection's error if there is
 * no answer; an answer that the signal aborts is not `whole`.
 */
export function post(url: URL, options: PostOptions): Promise<Answer> {
  const { headers, body, signal, agent, lookup } = options;
  const open = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = open({
      ...urlToHttpOptions(url),
      method: "POST",
      headers,
      agent,
      lookup,
      signal,
      maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
      insecureHTTPParser: false,
    });
    let bytesBefore = 0;
    let informational = 0;
    request.on("socket", (socket: Socket) => {
      bytesBefore = socket.bytesRead;
    });
    request.on("information", () => {
      informational += 1;
      if (informational <= INFORMATIONAL_MAX) return;
      request.destroy(new Error(`it sent more than ${INFORMATIONAL_MAX} answers of 1xx`));
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(answerOf(response, { body: Buffer.alloc(0), whole: true }));
    });
    let breakOff: (() => void) | null = null;
    request.on("response", (response) => {
      breakOff = gather(response, (answer) => {
        resolve(answer);
        // It answered before it read everything, so the connection cannot be reused.
        if (!request.writableFinished) request.destroy();
      });
    });
    request.on("error", (error: NodeJS.ErrnoException & { rawPacket?: Uint8Array }) => {
      // Once an answer has started, what has arrived of it counts; `close` follows.
      if (breakOff !== null) return;
      const { code, rawPacket = new Uint8Array(0) } = error;
      const odd = code === "HPE_HEADER_OVERFLOW" ? null : readOddAnswer(rawPacket);
      if (odd !== null) return resolve(odd);
      const stale = request.reusedSocket && request.socket?.bytesRead === bytesBefore;
      const isReset = code === "ECONNRESET" || code === "EPIPE";
      reject(stale && isReset ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    request.on("close", () => {
      // In the next turn, because what has arrived is emitted in this one, and the end as well.
      if (breakOff !== null) setImmediate(breakOff);
      else reject(new Error("the connection ended without an answer"));
    });
    request.end(body);
  });
}

/** Reads an answer and settles once. The returned function ends it when nothing more can arrive. */
function gather(response: IncomingMessage, settle: (answer: Answer) => void): () => void {
  let body = Buffer.alloc(0);
  let bytes = 0;
  let settled = false;
  const end = (whole: boolean) => {
    if (settled) return;
    settled = true;
    settle(answerOf(response, { body, whole }));
  };
  response.on("data", (chunk: Buffer) => {
    const left = ATTEMPT_RESPONSE_BYTES_MAX - body.length;
    // Copied, because a part of a chunk would keep all of it in memory.
    if (left > 0) body = Buffer.concat([body, chunk.subarray(0, left)]);
    bytes += chunk.length;
    if (bytes <= ANSWER_BYTES_MAX) return;
    end(true);
    response.destroy();
  });
  response.on("end", () => end(true));
  response.on("error", () => end(false));
  return () => end(false);
}

function answerOf(
  { statusCode = 0, headers }: IncomingMessage,
  { body, whole }: Pick<Answer, "body" | "whole">,
): Answer {
  const { location = null, "retry-after": retryAfter = null } = headers;
  return { status: statusCode, location, retryAfter, body, whole };
}

/** Status line, then header lines, up to the first empty line. Lines may end with LF alone. */
const HEAD = /^HTTP\/\d(?:\.\d)? (\d{3})(?: [^\n]*)?\r?\n((?:[^\r\n][^\n]*\n)*?)\r?\n/;

/**
 * Reads an answer that Node's parser refused, such as one with two equal Content-Length headers, from the packet that it
 * refused. The status counts if the head is complete and its lengths agree: the endpoint has answered, and it is we who
 * break the exchange off. Null if even that much is not there.
 */
function readOddAnswer(packet: Uint8Array): Answer | null {
  const text = Buffer.from(packet).toString("latin1");
  const found = HEAD.exec(text);
  if (found === null) return null;
  const [head, status, lines = ""] = found;
  const values = (name: string) =>
    lines.split("\n").flatMap((line) => {
      const colon = line.indexOf(":");
      return line.slice(0, colon).trim().toLowerCase() === name
        ? [line.slice(colon + 1).trim()]
        : [];
    });
  const lengths = new Set(values("content-length").flatMap((value) => value.split(/\s*,\s*/)));
  if (lengths.size > 1) return null;
  const [length] = lengths;
  const end =
    length === undefined || !/^\d+$/.test(length) ? undefined : head.length + Number(length);
  const body = packet.subarray(head.length, end).subarray(0, ATTEMPT_RESPONSE_BYTES_MAX);
  return {
    status: Number(status),
    location: values("location")[0] ?? null,
    retryAfter: values("retry-after")[0] ?? null,
    body: Uint8Array.from(body),
    whole: true,
  };
}
