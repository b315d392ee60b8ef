import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { subscribe } from "@hookgate/client";
import { ensureLocalToken } from "@hookgate/config";
import {
  type CollectedSpan,
  signedGenericRequest,
  startTraceCollector,
  type TraceCollector,
  temporaryDirectory,
  waitFor,
} from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type AppName, type Apps, prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
/** In a body, a path and a header of the exporter: must be seen in no span. */
const HIDDEN = "c0ffee-not-for-traces";
const UPSTREAM = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const TRACEPARENT = `00-${UPSTREAM.traceId}-${UPSTREAM.spanId}-01`;
const TRACESTATE = "theirs=1,others=t61rcWkgMzE";
const TIMEOUT = { timeoutMs: 90_000 };

/** The second attempt comes after the dispatcher was restarted. */
const RETRY_MS = 3_000;

/** Fails at first, and writes down what it was given. */
const HANDLER = `
import { appendFileSync } from "node:fs";
export function handle(event, context) {
  const { attempt, traceparent = null, tracestate = null } = context;
  const seen = { event: event.id, attempt, traceparent, tracestate };
  appendFileSync(new URL("./handled.jsonl", import.meta.url), JSON.stringify(seen) + "\\n");
  if (context.attempt === 1) throw new Error("not yet: ${HIDDEN}");
}
`;

/** What was given to one who is delivered to. */
interface Given {
  event: string;
  attempt: number;
  traceparent: string | null;
  tracestate: string | null;
}

function configOf(endpoint: string): string {
  const source = { provider: "generic", secrets: [SECRET] };
  return JSON.stringify({
    sources: { academy: source, ours: { ...source, trustTraceparent: true } },
    subscriptions: {
      handled: { events: ["*"], handler: "./handler.mjs", retry: "later" },
      posted: {
        ...{ events: ["*"], endpoint, forwardHeaders: true, retry: "later" },
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      },
      streamed: { events: ["*"], stream: true },
    },
    retryPolicies: {
      later: { maxAttempts: 3, backoff: { initial: RETRY_MS, factor: 1, maxDelay: RETRY_MS } },
    },
    privateHosts: ["127.0.0.1"],
    handlerHosts: { count: 1 },
  });
}

/** An endpoint that fails the first attempt of every event. */
async function startEndpoint() {
  const posted: Given[] = [];
  const server = createServer((request, response) => {
    const attempt = Number(request.headers["hookgate-attempt"]);
    const event = String(request.headers["webhook-id"]);
    posted.push({
      event,
      attempt,
      traceparent: request.headers["traceparent"]?.toString() ?? null,
      tracestate: request.headers["tracestate"]?.toString() ?? null,
    });
    request.resume().on("end", () => response.writeHead(attempt === 1 ? 500 : 200).end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/${HIDDEN}`, posted, server };
}

async function post(apps: Apps, source: string): Promise<string> {
  const { headers, body } = signedGenericRequest({ secret: SECRET, data: { HIDDEN, source } });
  const answer = await fetch(`http://127.0.0.1:${apps.edgePort}/api/webhooks/${source}`, {
    method: "POST",
    headers: { ...headers, traceparent: TRACEPARENT, tracestate: TRACESTATE },
    body,
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { eventId: string }).eventId;
}

function readLines(path: string): Given[] {
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

interface Tried {
  env?: Record<string, string>;
  apps: readonly AppName[];
}

/** Sends an event of each source through real processes, one of which is restarted between the attempts. */
async function deliverTwice(collector: TraceCollector, { env = {}, apps: names }: Tried) {
  await using folder = await temporaryDirectory();
  const endpoint = await startEndpoint();
  await writeFile(join(folder.path, "handler.mjs"), HANDLER);
  const apps = await prepareApps(folder.path, {
    config: configOf(endpoint.url),
    env: {
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${HIDDEN}`,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      // What is left when a process ends is sent then.
      OTEL_BSP_SCHEDULE_DELAY: "60000",
    },
  });
  await using running = new AsyncDisposableStack();
  running.defer(async () => void endpoint.server.close());
  const [first, ...others] = names;
  let dispatcher = await apps.start(first as AppName);
  running.defer(() => dispatcher.stop());
  const stops: (() => Promise<void>)[] = [];
  for (const name of others) stops.push((await apps.start(name)).stop);

  const streamed: Given[] = [];
  const subscriber = subscribe(
    { address: apps.rpcAddress, token: await ensureLocalToken(apps.dataDir), name: "streamed" },
    async ({ id }, { attempt, traceparent = null, tracestate = null }) => {
      streamed.push({ event: id, attempt, traceparent, tracestate });
    },
  );
  running.defer(() => subscriber.close());
  await subscriber.opened;

  const events = { academy: await post(apps, "academy"), ours: await post(apps, "ours") };
  const handled = () => readLines(join(folder.path, "handler.mjs", "..", "handled.jsonl"));
  const firsts = () => [handled().length, endpoint.posted.length, streamed.length];
  await waitFor(() => firsts().every((count) => count >= 2), {
    what: "first attempts",
    ...TIMEOUT,
  });
  await dispatcher.stop();
  dispatcher = await apps.start(first as AppName);
  const seconds = () => [handled().length, endpoint.posted.length];
  await waitFor(() => seconds().every((count) => count >= 4), { what: "retries", ...TIMEOUT });
  for (const stop of stops) await stop();
  await dispatcher.stop();
  return { events, given: [...handled(), ...endpoint.posted, ...streamed] };
}

const NAMES = new Map([
  ["POST /api/webhooks/:source", "POST"],
  ["hookgate.v1.IngestService/Capture", "Capture"],
]);

/** The spans of a trace, each by the way from its first one. */
function pathsOf(spans: readonly CollectedSpan[], parentId: string, way = ""): string[] {
  return spans
    .filter((span) => span.parentId === parentId)
    .flatMap((span) => {
      const { isError, resource, attributes } = span;
      const name = NAMES.get(span.name) ?? span.name;
      const service = String(resource["service.name"]).replace("hookgate-", "");
      const attempt = attributes["hookgate.attempt"] ?? "";
      const path = `${way}/${service}: ${name} ${attempt} ${isError ? "failed" : ""}`.trimEnd();
      return [path.replace(/ +/g, " "), ...pathsOf(spans, span.spanId, `${path.trimEnd()} `)];
    })
    .sort();
}

/** What becomes of an event, whoever serves it. */
const PATHS = [
  "/edge: POST",
  "/edge: POST /edge: verify",
  "/edge: POST /edge: Capture",
  "/edge: POST /edge: Capture /dispatcher: commit",
  "/edge: POST /dispatcher: attempt handled 1 failed",
  "/edge: POST /dispatcher: attempt handled 1 failed /dispatcher: handle handled failed",
  "/edge: POST /dispatcher: attempt handled 2",
  "/edge: POST /dispatcher: attempt handled 2 /dispatcher: handle handled",
  "/edge: POST /dispatcher: attempt posted 1 failed",
  "/edge: POST /dispatcher: attempt posted 1 failed /dispatcher: POST failed",
  "/edge: POST /dispatcher: attempt posted 2",
  "/edge: POST /dispatcher: attempt posted 2 /dispatcher: POST",
  "/edge: POST /dispatcher: attempt streamed 1",
  "/edge: POST /dispatcher: attempt streamed 1 /dispatcher: send streamed",
].sort();

async function checkTraces(tried: Tried): Promise<void> {
  await using collector = await startTraceCollector();
  const { events, given } = await deliverTwice(collector, tried);
  const own = { traceId: events.academy.slice("evt_".length), spanId: "" };
  const traces = [
    { event: events.academy, ...own, state: null },
    { event: events.ours, ...UPSTREAM, state: TRACESTATE },
  ];
  for (const { event, traceId, spanId, state } of traces) {
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    expect(pathsOf(spans, spanId)).toEqual(PATHS);
    expect(spans).toHaveLength(PATHS.length);
    const ofEvent = spans.filter(({ attributes }) => attributes["hookgate.event.id"] === event);
    expect(ofEvent.length).toBeGreaterThanOrEqual(7);
    for (const { startMs, endMs } of spans) {
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      expect(Math.abs(startMs - Date.now())).toBeLessThan(300_000);
    }
    // What was given to handler, endpoint and subscriber continues this trace, under the span of that attempt's part.
    const ids = spans.map((span) => `00-${traceId}-${span.spanId}-01`);
    const got = given.filter((one) => one.event === event);
    expect(got).toHaveLength(5);
    for (const { traceparent } of got) expect(ids).toContain(traceparent);
    // What others keep with a trace goes along only with a trace that is believed.
    expect(got.map(({ tracestate }) => tracestate)).toEqual(got.map(() => state));
    expect(new Set(spans.map(({ traceState }) => traceState))).toEqual(new Set([state ?? ""]));
    const begun = spans.filter(({ name }) => name === "handle handled");
    expect(begun.map(({ events: notes }) => notes.map(({ name }) => name))).toEqual([
      ["begun"],
      ["begun"],
    ]);
  }
  expect(collector.spans).toHaveLength(2 * PATHS.length);
  const [{ resource } = { resource: {} }] = collector.spans;
  expect(resource).toMatchObject({ "deployment.environment.name": "test" });
  expect(collector.requests.every((one) => one.headers["x-key"] === HIDDEN)).toBe(true);
  for (const { text } of collector.requests) {
    expect(text).not.toContain(HIDDEN);
    expect(text).not.toContain(SECRET);
  }
}

test("one trace goes from the POST to the last attempt, also after a restart, in two processes", async () => {
  await checkTraces({ apps: ["dispatcher", "edge"] });
}, 180_000);

test("one trace goes from the POST to the last attempt in one process", async () => {
  await checkTraces({ apps: ["gateway"] });
}, 180_000);

test("one trace goes from the POST to the last attempt on MongoDB, with several edge workers", async () => {
  await using database = await mongoDatabase();
  const env = {
    MONGODB_URI: database.uri,
    EDGE_WORKERS: "2",
  };
  await checkTraces({ apps: ["dispatcher", "edge"], env });
}, 240_000);

/** Writes down the modules of OpenTelemetry that a process loads, but for the empty interfaces that prom-client loads for itself. */
const SPY = `
import { registerHooks } from "node:module";
import { appendFileSync } from "node:fs";
registerHooks({
  load(url, context, next) {
    const isWanted = url.includes("/@opentelemetry/") && !url.includes("/@opentelemetry/api/");
    if (isWanted) appendFileSync(process.env.LOADED_FILE, url + "\\n");
    return next(url, context);
  },
});
`;

test.each<[string, Record<string, string>, boolean]>([
  ["with no variable of OpenTelemetry", {}, false],
  ["if its SDK is disabled", { OTEL_SDK_DISABLED: "true" }, false],
  ["if no exporter is wanted", { OTEL_TRACES_EXPORTER: "none" }, false],
  ["with a collector", { OTEL_TRACES_EXPORTER: "otlp" }, true],
])(
  "a gateway loads OpenTelemetry only if it is wanted: %s",
  async (_, wanted, loads) => {
    await using folder = await temporaryDirectory();
    const loaded = join(folder.path, "loaded.txt");
    const spy = join(folder.path, "spy.mjs");
    await writeFile(spy, SPY);
    await writeFile(join(folder.path, "handler.mjs"), "export function handle() {}\n");
    const endpoint = Object.keys(wanted).length > 0 && {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    };
    const apps = await prepareApps(folder.path, {
      config: configOf("http://127.0.0.1:9"),
      env: { LOADED_FILE: loaded, ...endpoint, ...wanted },
    });
    const gateway = await apps.start("gateway", { nodeArgs: ["--import", spy] });
    await using running = new AsyncDisposableStack();
    running.defer(gateway.kill);
    await post(apps, "academy");
    expect(existsSync(loaded)).toBe(loads);
  },
  60_000,
);

test.each<[string, (socket: Socket) => void]>([
  ["is not there", (socket) => socket.resetAndDestroy()],
  ["never answers", () => {}],
])(
  "a collector that %s harms nothing, and is logged at a bounded rate",
  async (_, connected) => {
    await using folder = await temporaryDirectory();
    const collector = createTcpServer(connected);
    await once(collector.listen(0, "127.0.0.1"), "listening");
    const { port } = collector.address() as AddressInfo;
    await writeFile(join(folder.path, "handler.mjs"), "export function handle() {}\n");
    const lines: string[] = [];
    const apps = await prepareApps(folder.path, {
      config: configOf("http://127.0.0.1:9"),
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        ...{ OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_BSP_MAX_QUEUE_SIZE: "64", LOG_LEVEL: "warn" },
        ...{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "16", OTEL_EXPORTER_OTLP_TIMEOUT: "200" },
      },
    });
    const gateway = await apps.start("gateway", { onLine: (line) => lines.push(line) });
    await using running = new AsyncDisposableStack();
    running.defer(gateway.kill);
    running.defer(async () => void collector.close());
    for (let round = 0; round < 60; round += 1) await post(apps, "academy");
    const complaints = () => lines.filter((line) => line.includes("a problem with traces"));
    await waitFor(() => complaints().length > 0, { what: "a complaint", ...TIMEOUT });
    await gateway.stop();
    expect(await gateway.ended).toBe("0");
    // Edge and dispatcher have a log each.
    expect(complaints().length).toBeLessThanOrEqual(2);
  },
  120_000,
);
