import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { EdgeContext, EdgeMiddleware, Reply } from "./stages.ts";

/** How long a provider should wait after a fault of ours, in seconds. */
export const RETRY_AFTER_SECONDS = 1;

const JSON_TYPE = "application/json; charset=utf-8";

/** The type of a text. */
export const TEXT_TYPE = "text/plain; charset=utf-8";

/** Statuses whose answers have no body (RFC 9110, 15.3.5 and 15.3.6); the first one's have no headers that describe one either. */
const NO_CONTENT = 204;
const RESET_CONTENT = 205;

/** Why a request is not served now, through no fault of its own. */
export type Unavailable = "overloaded" | "unavailable" | "unverifiable" | "unconfirmed";

const UNAVAILABLE_MESSAGES: Record<Unavailable, string> = {
  overloaded: "Too many requests are under way. Try again later.",
  unavailable: "The event could not be stored. Try again later.",
  unverifiable: "The signature cannot be verified now. Try again later.",
  unconfirmed: "The handshake could not be completed. Try again later.",
};

/** The whole answer to a request that finds no room, made once: under overload most answers are this one. */
export const OVERLOADED: { status: number; headers: string[]; body: string } = overloadedAnswer();

function overloadedAnswer() {
  const body = JSON.stringify({ error: "overloaded", message: UNAVAILABLE_MESSAGES.overloaded });
  const again = String(RETRY_AFTER_SECONDS);
  const headers = ["Retry-After", again, ...headOf({ contentType: JSON_TYPE, body })];
  return { status: 503, headers, body };
}

/** Answers 503 to everything that throws: unexpected errors are ours, and providers retry after a 503. */
export function answerFaults(options: { log: Log; monotonic: () => number }): EdgeMiddleware {
  const { log } = options;
  const budget = new LineBudget(options);
  return async function answerFaults(ctx, next) {
    try {
      await next(ctx);
    } catch (error) {
      const omitted = budget.take();
      if (omitted !== null) log.error({ err: error, omitted }, "unexpected error, answered 503");
      answerUnavailable(ctx, "unavailable");
    }
  };
}

/** Answers that the event is stored. */
export function answerReceived(ctx: EdgeContext, eventId: string, duplicate: boolean): void {
  const body = duplicate
    ? { received: true, eventId, duplicate: true }
    : { received: true, eventId };
  answer(ctx, 200, body);
}

/** Answers that the event is stored, in the form that its provider expects. */
export function answerOwn(ctx: EdgeContext, own: Reply & { echo?: string }): void {
  if (own.echo !== undefined) ctx.set(own.echo, ctx.get(own.echo));
  reply(ctx, own);
}

/** Answers with a status only. */
export function answerEmpty(ctx: EdgeContext, status: number): void {
  reply(ctx, { status, contentType: TEXT_TYPE, body: "" });
}

/** Answers anything but 200. */
export function answerError(
  ctx: EdgeContext,
  status: number,
  options: { error: string; message: string },
): void {
  answer(ctx, status, { error: options.error, message: options.message });
}

/** Answers 503. A fault of ours is never a 4xx: several providers stop retrying after one. */
export function answerUnavailable(ctx: EdgeContext, error: Unavailable): void {
  ctx.set("Retry-After", String(RETRY_AFTER_SECONDS));
  answerError(ctx, 503, { error, message: UNAVAILABLE_MESSAGES[error] });
}

/** Answers 429, with the seconds to wait, at least one. */
export function answerLimited(ctx: EdgeContext, retryAfterSeconds: number): void {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  ctx.set("Retry-After", String(seconds));
  const message = `Too many requests. Try again in ${seconds} s.`;
  answerError(ctx, 429, { error: "rate_limited", message });
}

function answer(ctx: EdgeContext, status: number, body: object): void {
  reply(ctx, { status, contentType: JSON_TYPE, body: JSON.stringify(body) });
}

/** Answers. */
export function reply(ctx: EdgeContext, { status, contentType, body }: Reply): void {
  // Stages on the way back look at it.
  ctx.res.statusCode = status;
  const isEmpty = status === NO_CONTENT || status === RESET_CONTENT;
  ctx.state.reply = { status, contentType, body: isEmpty ? "" : body };
}

/** Writes the head of an answer. Koa's own way sets and looks up each header by itself, at a tenth of what a request costs. */
export function writeReplyHead({ res }: EdgeContext, reply: Reply): void {
  res.writeHead(reply.status, reply.status === NO_CONTENT ? [] : headOf(reply));
}

function headOf({ contentType, body }: Pick<Reply, "contentType" | "body">): string[] {
  return ["Content-Type", contentType, "Content-Length", String(Buffer.byteLength(body))];
}
