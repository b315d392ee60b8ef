import type { ConfiguredSource } from "@hookgate/config";
import { POST_ONLY } from "@hookgate/providers";
import { type CompiledSource, compileSource, type DescribeElsewhere } from "@hookgate/receive";
import Router from "koa-router";
import type { Report } from "../link/report.ts";
import { isRefused, refuse } from "./refusals.ts";
import {
  type Arrived,
  add,
  type EdgeContext,
  type EdgeMiddleware,
  type Located,
  type Refusal,
  type Refused,
  type Stage,
  type Stages,
} from "./stages.ts";
import type { FindTrial } from "./trial_sources.ts";

/**
 * Paths of sources: up to five segments of the characters that a source's name may have, in lower case. An encoded slash,
 * a dot or a second spelling of a character is another path, which leads nowhere. Forms and frameworks add a slash at the
 * end: it is the same source.
 */
export const SOURCE_PATH = /^\/api\/webhooks\/([a-z0-9_-]+(?:\/[a-z0-9_-]+){0,4})\/?$/;

const NOT_FOUND: Refusal = {
  status: 404,
  error: "unknown_source",
  message: "There is no such source.",
};

/** Options for {@linkcode compileSources}. */
export interface CompileSourcesOptions {
  report: Pick<Report, "enrolled">;
  /** Describes requests with a large body. */
  describeElsewhere: DescribeElsewhere;
}

/**
 * The configured sources by name.
 *
 * @throws {TypeError} for a provider or a scheme that does not exist; `loadConfig` lets none through.
 */
export function compileSources(
  sources: readonly ConfiguredSource[],
  { report, describeElsewhere }: CompileSourcesOptions,
): ReadonlyMap<string, CompiledSource> {
  const compiled = sources.map((configured): [string, CompiledSource] => {
    const { name, provider, scheme } = configured;
    const enrolled = () => report.enrolled(name);
    const source = compileSource(configured, { enrolled, describeElsewhere });
    if (source !== null) return [name, source];
    const what = `${provider} ${scheme ?? ""}`.trim();
    throw new TypeError(`Cannot serve ${name}: no provider is named ${what}`);
  });
  return new Map(compiled);
}

/** Takes requests for this path through the stages. Only refused requests go on to what follows in the list. */
export function route<State extends Arrived>(
  path: RegExp,
  stages: Stages<State>,
  { plain }: { plain: Pick<ReadonlySet<string>, "has"> },
): Stage<Arrived, Refused> {
  const passThrough = stages.compose<Arrived>();
  const routes = new Router().all(path, passThrough).routes();
  const elsewhere = () => Promise.resolve();
  return async function route(ctx, next) {
    // Nearly every path is one that is known to be this route's: the router would only find that out again.
    if (plain.has(ctx.req.url ?? "")) await passThrough(ctx);
    else {
      await routes(ctx, elsewhere);
      if (ctx.captures === undefined) refuse(ctx, NOT_FOUND);
    }
    if (isRefused(ctx)) return next(ctx);
  };
}

/** The sources by their plain paths: those that {@linkcode SOURCE_PATH} takes for these names. */
export function plainPaths(
  sources: ReadonlyMap<string, CompiledSource>,
): ReadonlyMap<string, CompiledSource> {
  const paths = new Map<string, CompiledSource>();
  for (const [name, source] of sources) {
    const path = `/api/webhooks/${name}`;
    if (SOURCE_PATH.exec(path)?.[1] === name) paths.set(path, source);
  }
  return paths;
}

/** Finds the source before anything is read. */
export function findSource(
  sources: ReadonlyMap<string, CompiledSource>,
  { plain, trial }: { plain: ReadonlyMap<string, CompiledSource>; trial: FindTrial },
): Stage<Arrived, Located> {
  return function findSource(ctx, next) {
    const path = ctx.captures?.[0] ?? "";
    const source = plain.get(ctx.req.url ?? "") ?? sources.get(path) ?? trial(path);
    return source === undefined ? refuse(ctx, NOT_FOUND) : next(add(ctx, "source", source));
  };
}

/** Lets through the methods that the source's provider sends events and handshakes with. */
export function allowMethods(): EdgeMiddleware<Located> {
  return function allowMethods(ctx, next) {
    const { handshake } = ctx.state.source.provider;
    const events: readonly string[] = ctx.state.source.provider.methods ?? POST_ONLY;
    if (events.includes(ctx.method)) return next(ctx);
    const allowed = [...new Set([...events, ...(handshake?.methods ?? [])])];
    return handshake?.methods.some((method) => method === ctx.method)
      ? next(ctx)
      : refuse(ctx, notAllowed(ctx, { events, allowed }));
  };
}

/** Browsers and scanners ask with these; what else comes, a sender may have meant as an event. */
const ASKING = /^(?:HEAD|OPTIONS)$/;

function notAllowed(
  { method, querystring }: EdgeContext,
  { events, allowed }: { events: readonly string[]; allowed: readonly string[] },
): Refusal {
  const asks = ASKING.test(method) || (method === "GET" && querystring === "");
  return {
    ...(!asks && { unread: "method_not_allowed" }),
    status: 405,
    error: "method_not_allowed",
    message: `Events are sent with ${events.join(", ")}.`,
    headers: { Allow: allowed.join(", ") },
  };
}
