import type { IncomingMessage } from "node:http";
import type { Connections } from "../connections.ts";
import { writeReplyHead } from "./answers.ts";
import type { EdgeContext, EdgeMiddleware } from "./stages.ts";

/** Up to this length, an unread body is read and discarded, and the connection is kept. */
const KEEP_BYTES_MAX = 64 * 1024;

/** Of a longer one, this much is still read after the answer, so that simple clients get to read it … */
const DISCARD_BYTES_MAX = 1024 * 1024;

/** … for at most this long. */
const LINGER_MS_MAX = 1_000;

/** Options for {@linkcode closeConnection}. */
export interface CloseConnectionOptions {
  draining: () => boolean;
  /** Is told which connections are in use. */
  connections: Pick<Connections, "begin" | "end">;
}

/**
 * Ends the connection with the answer if the server drains, the answer says so, or a long body was not read.
 *
 * Closing with unread bytes sends a reset, which can overtake the answer (RFC 9112, section 9.6): so the answer is sent
 * whole, and the connection stays open for a moment.
 */
export function closeConnection(options: CloseConnectionOptions): EdgeMiddleware {
  const { draining, connections } = options;
  return async function closeConnection(ctx, next) {
    connections.begin(ctx.req);
    await next(ctx);
    connections.end(ctx.req);
    const { req, res } = ctx;
    if (ctx.respond === false || !ctx.writable) return;
    const keeps = req.complete || keepsUnread(req);
    const closes = !keeps || draining() || res.hasHeader("Connection");
    if (closes) ctx.set("Connection", "close");
    const { reply } = ctx.state;
    if (reply === undefined) throw new Error("Cannot answer: no stage has");
    writeReplyHead(ctx, reply);
    // A client that was too slow already is not waited for again.
    if (closes && !req.complete && reply.status !== 408) {
      // What is over a limit is not read on either: a flood's bodies cost as much to discard as to read.
      answerThenLinger(ctx, reply.body, reply.status === 429 ? 0 : DISCARD_BYTES_MAX);
    } else res.end(reply.body);
  };
}

/** Whether the connection can be kept after an answer to a request whose body was not read: Node discards a small one. */
export function keepsUnread(req: IncomingMessage): boolean {
  // Node discards an unread body only if none of it was read.
  const untouched = req.readableFlowing === null;
  const { "content-length": length = "0", "transfer-encoding": transfer } = req.headers;
  return untouched && transfer === undefined && Number(length) <= KEEP_BYTES_MAX;
}

function answerThenLinger({ req, res }: EdgeContext, body: string, discardBytes: number): void {
  let bytes = 0;

  function onData(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes > discardBytes) req.pause();
  }
  function close(): void {
    clearTimeout(timer);
    req.off("data", onData).off("end", close).off("close", close).off("error", close);
    res.end();
  }

  // Its length is in the headers: the client has all of it before the connection ends.
  res.write(body);
  const timer = setTimeout(close, LINGER_MS_MAX);
  req.on("data", onData).on("end", close).on("close", close).on("error", close);
  if (discardBytes > 0) req.resume();
}
