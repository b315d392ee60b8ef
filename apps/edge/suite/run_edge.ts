import type { Config, ConfiguredSource, Limits, RateLimit } from "@hookgate/config";
import type { OutsideFetch } from "@hookgate/outbound";
import { connectRpc } from "@hookgate/rpc";
import type { OutgoingRequest } from "@hookgate/signature";
import { createMetrics, type Metrics, type Tracing } from "@hookgate/telemetry";
import { signedGenericRequest } from "@hookgate/testing";
import type { AllowedIps } from "@hookgate/types";
import type { Clock } from "../clock.ts";
import { type Edge, startEdge } from "../start_edge.ts";
import { FakeDispatcher } from "./fake_dispatcher.ts";
import { keptLog } from "./kept_log.ts";

/** The secret of the sources of {@linkcode makeConfig}. */
export const SECRET = "secret of the edge in tests";

/** What a test changes in {@linkcode makeConfig}. */
export interface ConfigOverrides {
  limits?: Partial<Limits>;
  rateLimit?: Partial<RateLimit>;
  allowedIps?: AllowedIps;
  trustedProxies?: readonly string[];
  /** More sources. */
  sources?: readonly ConfiguredSource[];
}

/** A configuration with the sources `academy` and `shop/eu/main`, and every default. */
export function makeConfig(overrides: ConfigOverrides = {}): Config {
  const { allowedIps = { mode: "off", ranges: [] } } = overrides;
  const secrets = [
    { id: "old", value: "the secret of yesterday", state: "retiring", until: null },
    { id: "new", value: SECRET, state: "active", until: null },
  ] as const;
  const plain = { scheme: null, publicUrl: null, settings: {} };
  return {
    sources: [
      ...["academy", "shop/eu/main"].map((name) => {
        return { name, provider: "generic", secrets, allowedIps, ...plain };
      }),
      ...(overrides.sources ?? []),
    ],
    subscriptions: [],
    trustedProxies: overrides.trustedProxies ?? [],
    handlerHosts: { count: 1, memoryBytesMax: 512 * 1024 * 1024 },
    handlerEnv: [],
    privateHosts: [],
    retention: {
      deliveredMs: 3_600_000,
      deadMs: 3_600_000,
      quarantineMs: 3_600_000,
      subscriptionsMs: 3_600_000,
    },
    notify: { consoleUrl: null, recipients: [] },
    limits: {
      bodyBytesMax: 1024 * 1024,
      bodyDeadlineMs: 10_000,
      headersDeadlineMs: 5_000,
      connectionsMax: 10_000,
      connectionsPerAddress: 1_000,
      inFlightMax: 2_000,
      inFlightBytesMax: 128 * 1024 * 1024,
      answerBudgetMs: 2_000,
      ...overrides.limits,
    },
    rateLimit: {
      windowMs: 900_000,
      max: 100,
      countVerified: false,
      sourcePerSecond: null,
      sourceBurst: null,
      ...overrides.rateLimit,
    },
  };
}

/** Options for {@linkcode runEdge}. */
export interface RunEdgeOptions extends ConfigOverrides {
  clock?: Clock;
  /** Fetches from outside. @default it always fails */
  fetch?: OutsideFetch;
  /** @default {null} nothing is traced */
  tracing?: Tracing | null;
}

/** Options for {@linkcode RunningEdge.post}. */
export interface PostOptions {
  /** @default {"academy"} */
  source?: string;
  headers?: Record<string, string>;
  /** @default {SECRET} */
  secret?: string;
}

/** An edge with a fake dispatcher behind it. */
export interface RunningEdge {
  edge: Edge;
  dispatcher: FakeDispatcher;
  lines: Record<string, unknown>[];
  metrics: Metrics;
  port: number;
  /** Posts a signed body. */
  post(body: string | Uint8Array, options?: PostOptions): Promise<Response>;
  /** Sends a request that was signed for another host. */
  send(request: OutgoingRequest, headers?: Record<string, string>): Promise<Response>;
  /** Requests a path. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** Starts both, connected. */
export async function runEdge(options: RunEdgeOptions = {}): Promise<RunningEdge> {
  const dispatcher = await FakeDispatcher.start();
  const { log, lines } = keptLog();
  const metrics = createMetrics();
  const { address } = dispatcher;
  const security = { token: null, tls: null };
  const client = connectRpc({ address, security, openMsMax: 1_000 });
  const { clock, fetch: outside = () => Promise.reject(new Error("no network in tests")) } =
    options;
  const edge = await startEdge({
    config: makeConfig(options),
    port: 0,
    host: "127.0.0.1",
    dispatchers: [{ address, client }],
    log,
    metrics,
    random: () => 0.5,
    fetch: outside,
    tracing: options.tracing ?? null,
    ...(clock && { clock }),
  });
  await edge.waitForDispatcher({ timeoutMs: 5_000 });
  const { port } = edge;
  // One connection per request: none is open when the edge stops.
  const close = { connection: "close" };

  return {
    edge,
    dispatcher,
    lines,
    metrics,
    port,
    post(content, { source = "academy", headers = {}, secret = SECRET } = {}) {
      const { body, headers: signed } = signedGenericRequest({ secret, body: content });
      const url = `http://127.0.0.1:${port}/api/webhooks/${source}`;
      return fetch(url, { method: "POST", headers: { ...signed, ...close, ...headers }, body });
    },
    send({ method, url, headers, body }, more = {}) {
      const { pathname, search } = new URL(url);
      const init = { method, headers: { ...headers, ...close, ...more } };
      const bytes = body.length === 0 ? null : Uint8Array.from(body);
      return fetch(`http://127.0.0.1:${port}${pathname}${search}`, { ...init, body: bytes });
    },
    ask(path, init = {}) {
      const headers = { ...close, ...(init.headers as Record<string, string>) };
      return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
    },
    async stop() {
      await edge.stop();
      client.close();
      await dispatcher.close();
    },
  };
}

/** The JSON of an answer. */
export async function readAnswer(answer: Response): Promise<{
  received?: boolean;
  eventId?: string;
  duplicate?: boolean;
  error?: string;
  message?: string;
}> {
  return JSON.parse(await answer.text());
}

/** The body of an event, different each time. */
export function eventBody(type = "course.enrolled"): string {
  bodies += 1;
  return JSON.stringify({ type, timestamp: "2026-01-01T00:00:00.000Z", data: { bodies } });
}

let bodies = 0;
