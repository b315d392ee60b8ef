import { PassThrough } from "node:stream";
import { type AdminHandlers, RpcError, type RpcLog } from "@hookgate/rpc";
import type { ConsoleContext, ConsoleMiddleware } from "../console_context.ts";
import type { Dispatchers } from "../dispatchers.ts";
import { expectedProblem, HttpProblem } from "./http_problem.ts";
import { readBody } from "./read_body.ts";
import { fromJson, readQuery, withNamesOf } from "./read_request.ts";
import type { Api, ApiCall } from "./schema.ts";
import { toJson } from "./to_json.ts";
import type { Watcher, Watches } from "./watches.ts";

/** How often a silent stream says that it lives, in milliseconds; proxies cut silent ones after a minute. */
const HEARTBEAT_MS = 15_000;

/** Options for {@linkcode answerCall}. */
export interface AnswerCallOptions {
  api: Api;
  dispatchers: Pick<Dispatchers, "ask">;
  watches: Watches;
  /** Whether nothing may be changed from here. */
  readonly: boolean;
  log: RpcLog;
}

/** Answers one call of the API: asks the dispatcher the same, with the caller's token. */
export function answerCall(call: ApiCall, options: AnswerCallOptions): ConsoleMiddleware {
  const { api, readonly } = options;
  return async function answerOneCall(ctx) {
    const caller = ctx.state.caller;
    if (caller === null) throw new HttpProblem(401, "unauthenticated", "Log in, or send a token.");
    if (!call.reads && readonly) {
      throw new HttpProblem(403, "read_only", "This console only shows: CONSOLE_READONLY is set.");
    }
    const request = call.reads
      ? readQuery(new URLSearchParams(ctx.querystring), call.request, api.resolve)
      : fromJson(await readBody(ctx), call.request, { resolve: api.resolve, at: "" });
    const ask = () => askDispatcher(call, request as object, { ...options, token: caller.token });
    if (call.reads && ctx.accepts("json", "text/event-stream") === "text/event-stream") {
      const key = JSON.stringify([caller.token, call.path, request]);
      return stream(ctx, { ...options, key, ask });
    }
    ctx.type = "application/json";
    ctx.body = await ask();
  };
}

async function askDispatcher(
  { name, reads, request: schema, response }: ApiCall,
  request: object,
  { api, dispatchers, token }: AnswerCallOptions & { token: string | null },
): Promise<string> {
  const answer = await dispatchers
    .ask(
      // The request was read by the schema of this very call.
      (admin: AdminHandlers) => (admin[name] as (request: object) => Promise<unknown>)(request),
      { token, reads },
    )
    .catch((error: unknown) => {
      if (!(error instanceof RpcError) || error.code !== "INVALID_ARGUMENT") throw error;
      const message = withNamesOf(schema, error.message, api.resolve);
      throw new RpcError(error.code, message, { cause: error });
    });
  return JSON.stringify(toJson(answer, response, api.resolve));
}

interface StreamOptions extends AnswerCallOptions {
  /** Who asks what. */
  key: string;
  ask: () => Promise<string>;
}

/** Begins once there is an answer, or a problem that may pass: who may not ask this is refused as everywhere. */
async function stream(ctx: ConsoleContext, options: StreamOptions): Promise<void> {
  const { key, ask, watches, log } = options;
  if (!watches.hasRoom) {
    throw new HttpProblem(
      429,
      "resource_exhausted",
      "Too many streams are open: close some pages.",
    );
  }
  const { caller } = ctx.state;
  const { promise: begun, resolve: begin, reject: refuse } = Promise.withResolvers<void>();
  const body = new PassThrough();
  // A reader that is slow skips answers: the newest one is what it wants, as soon as it reads on.
  let newest = "";
  const send = (text: string) => {
    newest = body.writableNeedDrain ? text : "";
    if (newest === "" && !body.destroyed) body.write(text);
  };
  body.on("drain", () => newest !== "" && send(newest));
  const watcher: Watcher = {
    answer(json) {
      send(`data: ${json}\n\n`);
      begin();
    },
    problem(error) {
      const problem = expectedProblem(error);
      if (problem?.status === 401 || problem?.status === 403) {
        refuse(problem);
        body.end();
        return;
      }
      begin();
      if (!problem) log.error({ err: error }, "a watch failed unexpectedly; asking again");
      const { error: kind, message } = problem ?? { error: "internal", message: "see the log" };
      send(`event: problem\ndata: ${JSON.stringify({ error: kind, message })}\n\n`);
    },
    allowed: () => caller?.live() === true,
    end() {
      begin();
      body.end();
    },
  };
  body.write("retry: 2000\n\n");
  const beat = () => body.writableNeedDrain || body.destroyed || body.write(":\n\n");
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  const remove = watches.add(key, watcher, ask);
  body.once("close", () => {
    clearInterval(heartbeat);
    remove();
  });
  await begun.catch((problem: HttpProblem) => {
    body.destroy();
    throw problem;
  });
  ctx.type = "text/event-stream";
  ctx.set("x-accel-buffering", "no");
  ctx.body = body;
}
