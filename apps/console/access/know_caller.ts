import { isKnownName } from "@hookgate/telemetry";
import { HttpProblem } from "../api/http_problem.ts";
import type { Caller, ConsoleContext, ConsoleMiddleware } from "../console_context.ts";
import type { Sessions } from "./sessions.ts";

/** The cookie of a session. */
export const SESSION_COOKIE = "hookgate_session";

/** The header that repeats a session's word. */
const CSRF_HEADER = "x-csrf-token";

const BEARER = /^bearer +([\x21-\x7e]{1,4096})$/i;

/** Options for {@linkcode knowCaller}. */
export interface KnowCallerOptions {
  sessions: Sessions;
  /** Whether somebody on this machine need not log in. */
  open: boolean;
}

/** Finds out who asks: by a token, which counts alone if it is there, by a session, or because nobody has to log in here. */
export function knowCaller({ sessions, open }: KnowCallerOptions): ConsoleMiddleware {
  return async function knowOneCaller(ctx, next) {
    const { authorization } = ctx.headers;
    ctx.state.caller =
      authorization === undefined
        ? callerOfPage(ctx, { sessions, open })
        : callerOfToken(authorization);
    await next();
  };
}

function callerOfToken(authorization: string): Caller {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw new HttpProblem(401, "unauthenticated", "The header authorization has no bearer token.");
  }
  return { token, csrf: null, live: () => true };
}

function callerOfPage(ctx: ConsoleContext, { sessions, open }: KnowCallerOptions): Caller | null {
  const id = ctx.cookies.get(SESSION_COOKIE);
  const session = id === undefined ? null : sessions.find(id);
  if (id !== undefined && session) return { ...session, live: () => sessions.lasts(id) };
  return open ? { token: null, csrf: null, live: () => true } : null;
}

/**
 * Refuses what a page of another host asks for in a reader's browser. A token is proof enough, because no browser adds one by
 * itself; every other action has to come from our own page, and a session's has to repeat its word.
 */
export function refuseForeign(): ConsoleMiddleware {
  return async function refuseForeignPages(ctx, next) {
    const { caller } = ctx.state;
    if (ctx.headers.authorization === undefined) {
      const word = caller?.csrf ?? null;
      const acts = ctx.method !== "GET" && ctx.method !== "HEAD";
      if (isForeign(ctx) || (acts && word !== null && ctx.get(CSRF_HEADER) !== word)) {
        throw new HttpProblem(
          403,
          "foreign",
          "This request does not come from the console's own page.",
        );
      }
    }
    await next();
  };
}

function isForeign(ctx: ConsoleContext): boolean {
  const site = ctx.get("sec-fetch-site");
  if (site !== "") return site !== "same-origin" && site !== "none";
  const origin = ctx.get("origin");
  return origin !== "" && URL.parse(origin)?.host !== ctx.get("host");
}

/** Refuses names that are not this machine's: a page in a browser can have its own name resolve to the loopback. */
export function checkName(names: readonly string[]): ConsoleMiddleware {
  return async function checkOneName({ req }, next) {
    if (!isKnownName(req, { names })) {
      throw new HttpProblem(
        421,
        "unknown_name",
        "This server does not answer to that name: add it to OPS_NAMES.",
      );
    }
    await next();
  };
}
