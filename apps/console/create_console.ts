import Koa from "koa";
import { checkName, knowCaller, refuseForeign } from "./access/know_caller.ts";
import { logIn, logOut } from "./access/login.ts";
import { LoginLimit } from "./access/login_limit.ts";
import type { CheckPassword } from "./access/password.ts";
import { Sessions } from "./access/sessions.ts";
import { tellSession } from "./access/tell_session.ts";
import { answerProblems } from "./answer_problems.ts";
import { answerCall } from "./api/answer_calls.ts";
import { readApi } from "./api/schema.ts";
import type { Watches } from "./api/watches.ts";
import type { ConsoleLog, ConsoleMiddleware, ConsoleState } from "./console_context.ts";
import type { Dispatchers } from "./dispatchers.ts";
import type { Page } from "./page.ts";
import { answerRoutes, type Route } from "./routes.ts";
import { secureHeaders } from "./secure_headers.ts";
import { servePage } from "./serve_page.ts";

/** Options for {@linkcode createConsole}. */
export interface CreateConsoleOptions {
  dispatchers: Pick<Dispatchers, "ask">;
  watches: Watches;
  /** Null if nobody logs in with a password. */
  checkPassword: CheckPassword | null;
  /** Whether nobody has to log in. */
  open: boolean;
  /** Names that it answers to besides the loopback's; null answers to any. */
  names: readonly string[] | null;
  readonly: boolean;
  /** What this installation is called; null if it has no name. */
  environment: string | null;
  /** Port of the edge; 0 if it takes a free one. */
  edgePort: number;
  /** Makes the page, when the first reader wants it. */
  page: () => Promise<Page>;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  log: ConsoleLog;
}

/** Makes the console: the path of a request, top to bottom. */
export function createConsole(options: CreateConsoleOptions): Koa<ConsoleState> {
  const { names, open, page, log, monotonic } = options;
  const sessions = new Sessions({ monotonic });
  const koa = new Koa<ConsoleState>();
  koa.use(secureHeaders());
  koa.use(answerProblems({ log }));
  if (names !== null) koa.use(checkName(names));
  koa.use(knowCaller({ sessions, open }));
  koa.use(answerRoutes(routes(options, sessions), refuseForeign()));
  koa.use(servePage(page));
  // Koa reports what it could not answer: the client hung up.
  koa.on("error", (error: Error) => log.debug({ err: error }, "client hung up before its answer"));
  return koa;
}

function routes(options: CreateConsoleOptions, sessions: Sessions): Route[] {
  const { checkPassword, readonly, environment, edgePort, dispatchers, monotonic } = options;
  const api = readApi();
  const limit = new LoginLimit({ monotonic });
  const password = checkPassword !== null;
  const session = tellSession({ password, readonly, environment, edgePort });
  return [
    { path: "/session", method: "GET", answer: session },
    {
      path: "/session/login",
      method: "POST",
      answer: logIn({ sessions, limit, checkPassword, dispatchers }),
    },
    { path: "/session/logout", method: "POST", answer: logOut({ sessions }) },
    { path: "/api/v1/openapi.json", method: "GET", answer: tellDocument(api.document) },
    ...api.calls.map((call): Route => {
      const answer = answerCall(call, { ...options, api });
      return { path: call.path, method: call.reads ? "GET" : "POST", answer };
    }),
  ];
}

function tellDocument(document: string): ConsoleMiddleware {
  return async function tellOpenApi(ctx) {
    ctx.type = "application/json";
    ctx.body = document;
  };
}
