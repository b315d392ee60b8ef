import type { IncomingMessage } from "node:http";
import type { Limits } from "@hookgate/config";
import type { SignedRequest } from "@hookgate/signature";
import type { Clock } from "../clock.ts";
import { answerUnavailable } from "./answers.ts";
import type { EdgeContext, EdgeMiddleware, Refusal } from "./edge_context.ts";
import { headerValues } from "./header_values.ts";
import { readBytes } from "./read_bytes.ts";
import { signedUrl } from "./seen_url.ts";

/** Headers of one request. */
export const HEADERS_MAX = 100;

/** The last part of the budget is for the answer's own way: an answer that is due is sent, not awaited. */
const ANSWER_SHARE = 0.1;

const TOO_LARGE: Refusal = {
  status: 413,
  error: "body_too_large",
  message: "The body is larger than this server takes.",
  headers: { Connection: "close" },
};
const TOO_SLOW: Refusal = {
  status: 408,
  error: "body_too_slow",
  message: "The body did not arrive in time.",
};
const UNSUPPORTED_ENCODING: Refusal = {
  status: 415,
  error: "unsupported_encoding",
  message: "The body must be sent without an encoding.",
};
const MALFORMED: Refusal = {
  status: 400,
  error: "malformed_request",
  message: "The request could not be read.",
};
const TOO_MANY_HEADERS: Refusal = {
  status: 431,
  error: "headers_too_large",
  message: "The request has too many headers.",
};

/** Reads the body as it is on the wire: nothing is decoded, nothing is parsed, and nothing is read past the cap. */
export function readBody(options: { limits: Limits; clock: Clock }): EdgeMiddleware {
  const { limits, clock } = options;
  const budgetMs = limits.answerBudgetMs * (1 - ANSWER_SHARE);

  return async function readBody(ctx, next) {
    const { req, state } = ctx;
    const refusal = refuseByHeaders(req, limits.bodyBytesMax);
    if (refusal !== null) {
      state.refusal = refusal;
      return;
    }
    // Only now: who asks first shall not send what was refused. In HTTP/1.0 the header means nothing.
    if (req.headers.expect !== undefined && req.httpVersionMinor > 0) ctx.res.writeContinue();
    const read = await readBytes(req, {
      bytesMax: limits.bodyBytesMax,
      deadlineMs: limits.bodyDeadlineMs,
      hold: state.inFlight.hold,
    });
    switch (read.outcome) {
      case "too_large":
        state.refusal = TOO_LARGE;
        return;
      case "too_slow":
        state.refusal = TOO_SLOW;
        return;
      case "aborted":
        // Nobody is left to answer, and a client that hangs up is no event of ours.
        ctx.respond = false;
        return;
      case "no_room":
        return answerUnavailable(ctx, "overloaded");
    }
    if (!state.inFlight.work()) return answerUnavailable(ctx, "overloaded");
    state.signed = signedRequest(ctx, { body: read.body, receivedAt: clock.now() });
    state.deadlineAt = clock.monotonic() + budgetMs;
    return next();
  };
}

/** The request as its signature sees it. Few signatures cover the URL, so it is put together when it is asked for. */
function signedRequest(
  { req, method, state }: EdgeContext,
  { body, receivedAt }: { body: Uint8Array; receivedAt: number },
): SignedRequest {
  const { rawHeaders } = req;
  const { proxied } = state;
  const { publicUrl } = state.source;
  return {
    method,
    get url() {
      return signedUrl(req, { publicUrl, proxied });
    },
    headers: (name) => headerValues(rawHeaders, name),
    body,
    receivedAt,
  };
}

function refuseByHeaders(req: IncomingMessage, bytesMax: number): Refusal | null {
  const { headers } = req;
  if (req.rawHeaders.length > HEADERS_MAX * 2) return TOO_MANY_HEADERS;
  const encoding = headers["content-encoding"];
  if (encoding && encoding.toLowerCase() !== "identity") return UNSUPPORTED_ENCODING;
  const transfer = headers["transfer-encoding"];
  if (transfer !== undefined) {
    // HTTP/1.0 knows no chunks: somebody on the way sees another end of this request (RFC 9112, section 6.1).
    if (req.httpVersionMinor === 0) return MALFORMED;
    if (transfer.toLowerCase() !== "chunked") return UNSUPPORTED_ENCODING;
  }
  return Number(headers["content-length"] ?? 0) > bytesMax ? TOO_LARGE : null;
}
