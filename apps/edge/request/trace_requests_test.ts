import { captureOf, type Tracing } from "@hookgate/telemetry";
import { type RecordedSpan, recordedTracing } from "@hookgate/telemetry/suite";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { eventBody, type RunningEdge, readAnswer, runEdge, SECRET } from "../suite/run_edge.ts";

const UPSTREAM = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const SECRETS = [{ id: "1", value: SECRET, state: "active", until: null }] as const;

let running: RunningEdge;
let spans: RecordedSpan[];
let tracing: Tracing;
afterEach(() => running.stop());

async function start({ sampled = true } = {}): Promise<void> {
  ({ tracing, spans } = recordedTracing({ sampled }));
  const plain = { scheme: null, publicUrl: null, settings: {}, secrets: SECRETS };
  const allowedIps = { mode: "off", ranges: [] } as const;
  const ours = { name: "ours", provider: "generic", trustTraceparent: true, allowedIps, ...plain };
  running = await runEdge({ tracing, sources: [ours] });
}

const spanOf = (name: RegExp) => spans.find((span) => name.test(span.name));
const written = (count: number) => waitFor(() => spans.length >= count, { what: "the spans" });

test("an event's request, its signature and its way to the dispatcher are spans of its trace", async () => {
  await start();
  const answer = await running.post(eventBody(), { headers: { traceparent: UPSTREAM } });
  const { eventId = "" } = await readAnswer(answer);
  await written(3);
  const request = tracing.requestOf(eventId, null);
  expect(spanOf(/^POST/)).toMatchObject({
    ...{ name: "POST /api/webhooks/:source", kind: "server", parent: null, as: request },
    attributes: {
      "http.response.status_code": 200,
      "url.path": "/api/webhooks/academy",
      "hookgate.event.id": eventId,
      "hookgate.event.type": "course.enrolled",
      "hookgate.outcome": "stored",
    },
  });
  expect(spanOf(/^verify/)).toMatchObject({
    parent: request,
    attributes: { "hookgate.verified": true },
  });
  expect(spanOf(/Capture$/)).toMatchObject({ parent: request, as: captureOf(request) });
  expect(spans).toHaveLength(3);
  expect(spans.every(({ ended }) => ended)).toBe(true);
});

test("a trusted source's event continues the trace of its request, a forged one does not", async () => {
  await start();
  const options = { source: "ours", headers: { traceparent: UPSTREAM } };
  const { eventId = "" } = await readAnswer(await running.post(eventBody(), options));
  await written(3);
  const as = tracing.requestOf(eventId, UPSTREAM);
  expect(spanOf(/^POST/)).toMatchObject({ parent: UPSTREAM, as });
  expect(as).toContain(UPSTREAM.slice(3, 35));
  spans.length = 0;
  await running.post(eventBody(), { ...options, secret: "guessed" });
  await written(2);
  expect(spanOf(/^POST/)).toMatchObject({
    parent: null,
    attributes: { "http.response.status_code": 401, "hookgate.outcome": "invalid_signature" },
  });
  expect(spanOf(/^verify/)?.attributes).toEqual({ "hookgate.verified": false });
});

test("nothing is written of an event that the sampler leaves out", async () => {
  await start({ sampled: false });
  expect((await running.post(eventBody())).status).toBe(200);
  await running.post("{}", { secret: "guessed" });
  await written(1);
  expect(spanOf(/^POST/)?.attributes).toMatchObject({ "http.response.status_code": 401 });
});

test("a flood of refused requests writes few spans, and unknown paths none", async () => {
  await start();
  const startedAt = performance.now();
  const flood = Array.from({ length: 60 }, () => [
    running.post("{}", { secret: "guessed" }),
    running.ask("/api/webhooks/nobody", { method: "POST" }),
  ]);
  await Promise.all(flood.flat());
  const seconds = (performance.now() - startedAt) / 1_000;
  const requests = spans.filter(({ name }) => name.startsWith("POST"));
  expect(requests.length).toBeGreaterThanOrEqual(10);
  // Ten at once, and ten a second.
  expect(requests.length).toBeLessThanOrEqual(10 + 10 * seconds + 1);
  const traced = new Set(requests.map(({ attributes }) => attributes?.["hookgate.source"]));
  expect(traced).toEqual(new Set(["academy"]));
  spans.length = 0;
  await running.post(eventBody());
  await written(3);
});

test("an event that cannot be stored is a failed span, of the trace that it will have", async () => {
  await start();
  await running.dispatcher.close();
  const answer = await running.post(eventBody());
  expect(answer.status).toBe(503);
  await written(3);
  const event = String(spanOf(/^POST/)?.attributes?.["hookgate.event.id"]);
  expect(spanOf(/^POST/)).toMatchObject({ as: tracing.requestOf(event, null), error: "503" });
  expect(spanOf(/Capture$/)?.error).toMatch(/./);
});
