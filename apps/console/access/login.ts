import { HttpProblem } from "../api/http_problem.ts";
import { readBody } from "../api/read_body.ts";
import type { ConsoleContext, ConsoleMiddleware } from "../console_context.ts";
import type { Dispatchers } from "../dispatchers.ts";
import { SESSION_COOKIE } from "./know_caller.ts";
import type { LoginLimit } from "./login_limit.ts";
import type { CheckPassword } from "./password.ts";
import type { Sessions } from "./sessions.ts";

/** Options for {@linkcode logIn}. */
export interface LogInOptions {
  sessions: Sessions;
  limit: LoginLimit;
  /** Null if there is no password: then only tokens log in. */
  checkPassword: CheckPassword | null;
  dispatchers: Pick<Dispatchers, "ask">;
}

/** Starts a session for a password, or for a token of the dispatcher, which then acts with that token. */
export function logIn(options: LogInOptions): ConsoleMiddleware {
  const { sessions, limit } = options;
  return async function logOneIn(ctx) {
    const waitSeconds = limit.take(ctx.req.socket.remoteAddress ?? "");
    if (waitSeconds > 0) {
      throw new HttpProblem(429, "too_many_tries", "Too many tries: wait a little.", {
        headers: { "retry-after": String(Math.ceil(waitSeconds)) },
      });
    }
    const { password, token } = ((await readBody(ctx)) ?? {}) as Record<string, unknown>;
    const given = typeof token === "string" ? token : null;
    const right =
      given !== null ? await isToken(given, options) : await isPassword(password, options);
    if (!right) throw new HttpProblem(401, "unauthenticated", "That is not right.");
    setCookie(ctx, sessions.start(given));
    ctx.body = { ok: true };
  };
}

async function isPassword(password: unknown, { checkPassword }: LogInOptions): Promise<boolean> {
  if (typeof password !== "string" || checkPassword === null) return false;
  return checkPassword(password);
}

const TOKEN = /^[\x21-\x7e]{1,4096}$/;

async function isToken(token: string, { dispatchers }: LogInOptions): Promise<boolean> {
  if (!TOKEN.test(token)) return false;
  try {
    await dispatchers.ask((admin) => admin.getHealth({}), { token, reads: true });
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "UNAUTHENTICATED" || code === "PERMISSION_DENIED") return false;
    throw error;
  }
}

/** Ends the session of the cookie. */
export function logOut({ sessions }: Pick<LogInOptions, "sessions">): ConsoleMiddleware {
  return async function logOneOut(ctx) {
    const id = ctx.cookies.get(SESSION_COOKIE);
    if (id !== undefined) sessions.end(id);
    setCookie(ctx, null);
    ctx.body = { ok: true };
  };
}

/** Written by hand: Koa's own refuses a secure cookie on a connection that a proxy has decrypted. */
function setCookie(ctx: ConsoleContext, id: string | null): void {
  // Somebody who forges the header only keeps their own cookie from plain connections.
  const secure = ctx.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  const life = id === null ? "; Max-Age=0" : "";
  ctx.set(
    "set-cookie",
    `${SESSION_COOKIE}=${id ?? ""}; Path=/; HttpOnly; SameSite=Strict${secure}${life}`,
  );
}
