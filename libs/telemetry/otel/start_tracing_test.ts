import { startTraceCollector } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { createLog } from "../create_log.ts";
import { isKept, readTraceparent, type Tracing } from "../tracing.ts";
import { diagnosticsTo } from "./diagnostics.ts";
import { startTracing } from "./start_tracing.ts";

const EVENT = "evt_01a20b99e05c74c885e70fb232bfaf6c";
const UPSTREAM = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const traceparentOf = (flags: string) => `00-${UPSTREAM.traceId}-${UPSTREAM.spanId}-${flags}`;

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

function start(env: Record<string, string> = {}): Tracing {
  Object.assign(process.env, env);
  return startTracing({ name: "edge", log: createLog({ name: "x", level: "silent" }) });
}

test("startTracing() sends spans with their ids, times, attributes and errors when it is closed", async () => {
  await using collector = await startTraceCollector();
  const tracing = start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const request = tracing.requestOf(EVENT, null);
  expect(request).toBe("00-01a20b99e05c74c885e70fb232bfaf6c-85e70fb232bfaf6c-01");
  const at = performance.now() - 500;
  const attributes = { text: "half a pair \ud83d", long: "x".repeat(10_000), none: undefined };
  const root = tracing.start("root", { parent: null, as: request, kind: "server", at, attributes });
  expect(root.traceparent).toBe(request);
  const part = tracing.start("part", { parent: request });
  part.note("begun", Date.now());
  part.end({ error: "timed_out", attributes: { tries: 3, last: false, share: 0.5 } });
  root.end({ at: at + 250 });
  await tracing.close();

  const [first, second] = [...collector.spans].sort((a, b) => a.name.localeCompare(b.name));
  expect(first).toMatchObject({
    ...{ name: "part", kind: 1, isError: true, parentId: second?.spanId },
    attributes: { tries: 3, last: false, share: 0.5, "error.type": "timed_out" },
    events: [{ name: "begun" }],
  });
  expect(readTraceparent(part.traceparent)?.spanId).toBe(first?.spanId);
  expect(second).toMatchObject({ name: "root", kind: 2, isError: false, parentId: "" });
  expect((second?.endMs ?? 0) - (second?.startMs ?? 0)).toBeCloseTo(250, 0);
  expect(Math.abs(Date.now() - 500 - (second?.startMs ?? 0))).toBeLessThan(5_000);
  expect(Object.keys(second?.attributes ?? {})).toEqual(["text", "long"]);
  expect(second?.attributes["text"]).toBe("half a pair \ufffd");
  expect(String(second?.attributes["long"]).length).toBeLessThan(600);
  expect(second?.resource).toMatchObject({ "service.name": "hookgate-edge" });
});

test("startTracing() names the service as the environment says", async () => {
  await using collector = await startTraceCollector();
  const tracing = start({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    OTEL_SERVICE_NAME: "webhooks",
    OTEL_RESOURCE_ATTRIBUTES: "service.version=7,cloud.region=eu",
  });
  tracing.start("x", { parent: null }).end();
  await tracing.close();
  expect(collector.spans[0]?.resource).toMatchObject({
    ...{ "service.name": "webhooks", "service.version": "7", "cloud.region": "eu" },
  });
});

test.each([
  ["an upstream that is kept", {}, traceparentOf("01"), UPSTREAM.traceId, true],
  ["an upstream that is not", {}, traceparentOf("00"), UPSTREAM.traceId, false],
  ["an upstream that is no traceparent", {}, "00-x", EVENT.slice(4), true],
  [
    "always_off",
    { OTEL_TRACES_SAMPLER: "always_off" },
    traceparentOf("01"),
    UPSTREAM.traceId,
    false,
  ],
  [
    "always_on, whatever its upstream",
    { OTEL_TRACES_SAMPLER: "always_on" },
    traceparentOf("00"),
    UPSTREAM.traceId,
    true,
  ],
  ["a share of none", ratio("0"), null, EVENT.slice(4), false],
  ["a share of all", ratio("1"), null, EVENT.slice(4), true],
])("requestOf() derives trace and decision: %s", async (_, env, upstream, traceId, sampled) => {
  const tracing = start(env);
  const request = tracing.requestOf(EVENT, upstream);
  expect(readTraceparent(request)).toEqual({ traceId, spanId: "85e70fb232bfaf6c", sampled });
  // What is written under it agrees.
  const part = tracing.start("part", { parent: request });
  expect(readTraceparent(part.traceparent)).toMatchObject({ traceId, sampled });
  expect(tracing.requestOf(EVENT, upstream)).toBe(request);
});

function ratio(share: string): Record<string, string> {
  return { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: share };
}

test("of a trace that is not kept nothing is written, and it is handed on as such", async () => {
  await using collector = await startTraceCollector();
  const tracing = start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...ratio("0") });
  const request = tracing.requestOf(EVENT, null);
  const tracestate = "theirs=1";
  const root = tracing.start("root", { parent: null, as: request, tracestate });
  expect(root).toMatchObject({ traceparent: request, tracestate });
  expect(isKept(root.traceparent)).toBe(false);
  root.end();
  tracing.start("part", { parent: root.traceparent }).end({ error: "timed_out" });
  await tracing.close();
  expect(collector.spans).toEqual([]);
});

test("close() gives up a collector that does not answer", async () => {
  const tracing = start({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://192.0.2.1:4318" });
  tracing.start("x", { parent: null }).end();
  const startedAt = performance.now();
  await tracing.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test("what the SDK complains of is one bounded line in a minute", () => {
  const lines: string[] = [];
  const log = createLog({
    name: "x",
    level: "info",
    destination: { write: (line) => lines.push(line) },
  });
  let now = 0;
  const logger = diagnosticsTo(log, () => now);
  const error = JSON.stringify({
    message: `connect ECONNREFUSED ${"x".repeat(5_000)}`,
    stack: "at …",
  });
  for (let round = 0; round < 100; round += 1) logger.error(error);
  logger.debug("hidden");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(1_000);
  expect(lines[0]).toContain("connect ECONNREFUSED");
  expect(lines[0]).not.toContain("at …");
  now = 60_000;
  logger.warn("Dropped 7 spans because maxQueueSize reached");
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({
    omitted: 99,
    detail: expect.stringContaining("Dropped 7 spans"),
  });
});
