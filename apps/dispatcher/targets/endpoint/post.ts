import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { urlToHttpOptions } from "node:url";
import { ATTEMPT_RESPONSE_BYTES_MAX } from "@hookgate/types";

/** Bytes of an answer's body that are read: a longer one is cut off with its connection, and its status counts. */
export const ANSWER_BYTES_MAX = 64 * 1024;

/** Bytes of an answer's headers. */
const ANSWER_HEADER_BYTES_MAX = 16 * 1024;

/** Answers of 1xx before the one that counts. */
const INFORMATIONAL_MAX = 16;

/** What is posted, and how. */
export interface PostOptions {
  /** By lower-case name, with `content-length`. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Ends the exchange wherever it is. */
  signal: AbortSignal;
  agent: Agent;
  /** Names to addresses that may be connected to. */
  lookup: LookupFunction;
}

/** What an endpoint answered. */
export interface Answer {
  status: number;
  /** Null where it has no such header; the first where it has several. */
  location: string | null;
  retryAfter: string | null;
  /** At most {@linkcode ATTEMPT_RESPONSE_BYTES_MAX}. */
  body: Uint8Array;
  /** False where the body broke off. One that was cut off here for its length counts as whole. */
  whole: boolean;
}

/** A connection that was kept open was closed at the other end just when it was used again, before any answer. */
export class StaleConnectionError extends Error {
  override name = "StaleConnectionError";
}

/**
 * Posts once and reads the answer, no more of it than is bounded, and follows no redirect. Rejects where there is no
 * answer, with the error of the connection; where the signal ends an answer that has begun, that is not `whole`.
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
        // It answered before it had read everything: nothing else may use the connection.
        if (!request.writableFinished) request.destroy();
      });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      // Once an answer has begun, what came of it counts; `close` follows.
      if (breakOff !== null) return;
      const stale = request.reusedSocket && request.socket?.bytesRead === bytesBefore;
      const isReset = error.code === "ECONNRESET" || error.code === "EPIPE";
      reject(stale && isReset ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    request.on("close", () => {
      // One turn later, because what has come is handed out within this one, and its end too.
      if (breakOff !== null) setImmediate(breakOff);
      else reject(new Error("the connection ended without an answer"));
    });
    request.end(body);
  });
}

/** Reads an answer and settles once; the function that it returns says that nothing more comes. */
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
    // Copied: a part of a chunk would keep all of it.
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
