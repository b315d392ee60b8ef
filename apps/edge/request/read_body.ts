import type { IncomingMessage } from "node:http";
import { nextTurn, OncePerTurn, type RunningClock } from "@hookgate/async";
import type { Limits } from "@hookgate/config";
import type { Clock } from "../clock.ts";
import { answerUnavailable } from "./answers.ts";
import { type InFlightRequest, largeMs } from "./in_flight.ts";
import { refuse, signedRequest } from "./refusals.ts";
import {
  add,
  type EdgeContext,
  type Located,
  type Read,
  type Refusal,
  type Stage,
} from "./stages.ts";

/** Headers of one request. */
export const HEADERS_MAX = 100;

/** The part of the budget that is kept for sending the answer. */
const ANSWER_SHARE = 0.1;

/** Chunks of a body that are put together in one go, in bytes. */
const JOINED_BYTES = 512 * 1024;

/** What is larger than its source takes, or than what is looked into before it is verified. */
export const TOO_LARGE: Refusal = {
  status: 413,
  unread: "body_too_large",
  error: "body_too_large",
  message: "The body is larger than this server takes.",
  headers: { Connection: "close" },
};
const TOO_SLOW: Refusal = {
  status: 408,
  unread: "body_too_slow",
  error: "body_too_slow",
  message: "The body did not arrive in time.",
};
const UNSUPPORTED_ENCODING: Refusal = {
  status: 415,
  unread: "unsupported_encoding",
  error: "unsupported_encoding",
  message: "The body must be sent without an encoding.",
};
const MALFORMED: Refusal = {
  status: 400,
  unread: "malformed_request",
  error: "malformed_request",
  message: "The request could not be read.",
  headers: { Connection: "close" },
};
const TOO_MANY_HEADERS: Refusal = {
  status: 431,
  unread: "headers_too_large",
  error: "headers_too_large",
  message: "The request has too many headers.",
  headers: { Connection: "close" },
};

/**
 * The codings that change bytes: those that are registered (https://www.iana.org/assignments/http-parameters), and `zlib`.
 * Whatever else senders write there, such as a charset, a content type or `null`, is none that anybody could decode.
 */
const CODINGS =
  /(?:^|,)[ \t]*(?:aes128gcm|br|compress|dcb|dcz|deflate|exi|gzip|pack200-gzip|x-compress|x-gzip|zlib|zstd)[ \t]*(?:,|$)/i;

/** Node's own rule. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

const NO_BYTES = new Uint8Array(0);

/** What became of a body. `no_room` is our fault; after `aborted` nobody is left to answer. */
export type BytesRead =
  | { outcome: "read"; body: Uint8Array }
  | { outcome: "refused"; refusal: Refusal }
  | { outcome: "no_room" | "aborted" };

/** Reads requests. */
export interface BodyReader {
  /** Reads the exact bytes of the body: nothing is decoded or parsed, and at most one chunk is read past the cap. */
  read(ctx: EdgeContext<Located>): Promise<BytesRead>;
  /** Adds the body that was read, and starts the time in which the request is to be answered. */
  complete(ctx: EdgeContext<Located>, body: Uint8Array): EdgeContext<Read>;
}

/** How bodies expire. */
interface Expire {
  /** Starts a deadline at the end of the turn. */
  atEndOfTurn(startDeadline: () => void): void;
  /** Calls back when the time for a body is over; returns what cancels it. */
  after(late: () => void): () => void;
}

/** Options for {@linkcode createBodyReader}. */
export interface CreateBodyReaderOptions {
  limits: Limits;
  clock: Clock;
  running: Pick<RunningClock, "after">;
}

/** Creates a reader with these limits. */
export function createBodyReader(options: CreateBodyReaderOptions): BodyReader {
  const { limits, clock, running } = options;
  const deadlineMs = limits.bodyDeadlineMs;
  const budgetMs = limits.answerBudgetMs * (1 - ANSWER_SHARE);
  // Deadlines begin at the end of the turn: most bodies are complete by then, and need no timer.
  const begun: (() => void)[] = [];
  const startDeadlines = new OncePerTurn(() => {
    for (const startDeadline of begun.splice(0)) startDeadline();
  });
  const expire: Expire = {
    atEndOfTurn(startDeadline) {
      begun.push(startDeadline);
      startDeadlines.schedule();
    },
    after: (late) => running.after(deadlineMs, late),
  };
  return {
    read(ctx) {
      const { req } = ctx;
      const bytesMax = ctx.state.source.bodyBytesMax ?? limits.bodyBytesMax;
      const refusal = refuseByHeaders(req, bytesMax);
      if (refusal !== null) return Promise.resolve({ outcome: "refused", refusal });
      // Not before: a client that waits for this must not send a refused body.
      if (awaitsContinue(req)) ctx.res.writeContinue();
      return readBytes(req, bytesMax, { expire, inFlight: ctx.state.inFlight });
    },
    complete(ctx, body) {
      const signed = signedRequest(ctx, { body, receivedAt: clock.now() });
      const deadlineAt = clock.monotonic() + budgetMs + largeMs(body.length);
      return add(add(ctx, "signed", signed), "deadlineAt", deadlineAt);
    },
  };
}

/** Whether the client waits with its body until it is told to continue. HTTP/1.0 has no such header. */
export function awaitsContinue({ headers, httpVersionMinor }: IncomingMessage): boolean {
  return headers.expect !== undefined && httpVersionMinor > 0 && CONTINUE.test(headers.expect);
}

/** Reads the body. */
export function readBody(reader: BodyReader): Stage<Located, Read> {
  return async function readBody(ctx, next) {
    const read = await reader.read(ctx);
    switch (read.outcome) {
      case "refused":
        return refuse(ctx, read.refusal);
      case "aborted":
        ctx.respond = false;
        return;
      case "no_room":
        return answerUnavailable(ctx, "overloaded");
    }
    if (!ctx.state.inFlight.work()) return answerUnavailable(ctx, "overloaded");
    return next(reader.complete(ctx, read.body));
  };
}

/** A request that was not read to its end stays paused. */
function readBytes(
  req: IncomingMessage,
  bytesMax: number,
  { expire, inFlight }: { expire: Expire; inFlight: InFlightRequest },
): Promise<BytesRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let total = 0;
    let done = false;
    let ended = false;
    let cancelDeadline: (() => void) | null = null;

    function startDeadline(): void {
      if (!done && !ended) cancelDeadline = expire.after(onLate);
    }
    function onData(chunk: Buffer): void {
      total += chunk.length;
      if (total > bytesMax) finish({ outcome: "refused", refusal: TOO_LARGE });
      else if (!inFlight.hold(chunk.length)) finish({ outcome: "no_room" });
      else chunks.push(chunk);
    }
    function onEnd(): void {
      ended = true;
      if (total > JOINED_BYTES && chunks.length > 1) {
        cancelDeadline?.();
        void joinInTurns(chunks, total).then((body) => finish({ outcome: "read", body }));
        return;
      }
      // Most bodies come in one piece, which is used as it is.
      const body = chunks.length > 1 ? join(chunks, total) : (chunks[0] ?? NO_BYTES);
      finish({ outcome: "read", body });
    }
    function onGone(): void {
      // The close of a request follows its end.
      if (!ended) finish({ outcome: "aborted" });
    }
    function onLate(): void {
      finish({ outcome: "refused", refusal: TOO_SLOW });
    }
    function finish(read: BytesRead): void {
      if (done) return;
      done = true;
      cancelDeadline?.();
      if (read.outcome !== "read") {
        req.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
        req.pause();
      }
      // After its end a request has only its close to report, and removing four listeners costs more than that.
      resolve(read);
    }

    expire.atEndOfTurn(startDeadline);
    req.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  });
}

/** One body of its chunks. */
function join(chunks: readonly Buffer[], total: number): Buffer {
  const body = Buffer.concat(chunks, total);
  for (const chunk of chunks) giveBack(chunk);
  return body;
}

/** The same of a large body, {@linkcode JOINED_BYTES} in a turn: of 32 MiB it takes 30 ms and more. */
async function joinInTurns(chunks: readonly Buffer[], total: number): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(total);
  let at = 0;
  let left = JOINED_BYTES;
  for (const chunk of chunks) {
    if (left <= 0) {
      await nextTurn();
      left = JOINED_BYTES;
    }
    body.set(chunk, at);
    at += chunk.length;
    left -= chunk.length;
    giveBack(chunk);
  }
  return body;
}

/** The memory of a chunk goes back at once: what waits for the collector makes it run, and everybody waits for that. */
function giveBack({ buffer, length }: Buffer): void {
  // Node makes each chunk as a copy of its own.
  if (buffer.byteLength === length) (buffer as ArrayBuffer).transfer(0);
}

function refuseByHeaders(req: IncomingMessage, bytesMax: number): Refusal | null {
  const { headers } = req;
  if (req.rawHeaders.length > HEADERS_MAX * 2) return TOO_MANY_HEADERS;
  // Proxies and we might take different ones, and the URL may be signed (RFC 9112, 3.2).
  if (!hasOneHost(req.rawHeaders)) return MALFORMED;
  const encoding = headers["content-encoding"];
  if (encoding && CODINGS.test(encoding)) return UNSUPPORTED_ENCODING;
  const transfer = headers["transfer-encoding"];
  if (transfer !== undefined) {
    // HTTP/1.0 has no chunks: a proxy may see another end of this request than we do (RFC 9112, section 6.1).
    if (req.httpVersionMinor === 0) return MALFORMED;
    if (transfer.toLowerCase() !== "chunked") return UNSUPPORTED_ENCODING;
  }
  return Number(headers["content-length"] ?? 0) > bytesMax ? TOO_LARGE : null;
}

/** What no name of a host has, but several of them in one header, or a name with a user or a path. */
const NO_HOST = /[\s,@/\\?#<>"]/;

/** One test for each header: this runs for every request. Whether there is a `Host` at all Node has looked. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== 4 || name.toLowerCase() !== "host") continue;
    if (NO_HOST.test(rawHeaders[at + 1] ?? "")) return false;
    hosts += 1;
  }
  return hosts < 2;
}
