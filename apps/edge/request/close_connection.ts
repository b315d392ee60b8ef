import type { IncomingMessage } from "node:http";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

/** An unread body of at most this length is read and thrown away, and the connection goes on. */
const KEEP_BYTES_MAX = 64 * 1024;

/** Of a longer one this much is still taken after the answer, so that simple clients get to reading it … */
const DISCARD_BYTES_MAX = 1024 * 1024;

/** … and no longer than this. */
const LINGER_MS_MAX = 1_000;

/**
 * Ends the connection with the answer where the server drains, where the answer says so, or where a long body was not
 * read.
 *
 * To close with unread bytes is to reset, and a reset can overtake the answer (RFC 9112, section 9.6): so the answer
 * goes out whole, and the connection stays for a moment.
 */
export function closeConnection(options: { draining: () => boolean }): EdgeMiddleware {
  const { draining } = options;
  return async function closeConnection(ctx, next) {
    await next();
    const { req, res } = ctx;
    if (ctx.respond === false || !ctx.writable) return;
    const keeps = req.complete || isSmallAndUntouched(req);
    if (keeps && !draining() && !res.hasHeader("Connection")) return;
    ctx.set("Connection", "close");
    // Who was too slow already is not waited for any longer.
    if (!req.complete && ctx.status !== 408) answerThenLinger(ctx);
  };
}

function isSmallAndUntouched(req: IncomingMessage): boolean {
  // What was read in part and then left is not thrown away by Node.
  const untouched = req.readableFlowing === null;
  const { "content-length": length = "0", "transfer-encoding": transfer } = req.headers;
  return untouched && transfer === undefined && Number(length) <= KEEP_BYTES_MAX;
}

function answerThenLinger(ctx: EdgeContext): void {
  const { req, res } = ctx;
  let bytes = 0;

  function onData(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes > DISCARD_BYTES_MAX) req.pause();
  }
  function close(): void {
    clearTimeout(timer);
    req.off("data", onData).off("end", close).off("close", close).off("error", close);
    res.end();
  }

  ctx.respond = false;
  // Its length is announced: the client has all of it before the connection ends.
  res.write(ctx.body);
  const timer = setTimeout(close, LINGER_MS_MAX);
  req.on("data", onData).on("end", close).on("close", close).on("error", close);
  req.resume();
}
