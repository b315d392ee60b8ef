import type { ConfiguredSource } from "@hookgate/config";
import { findProvider, type Provider } from "@hookgate/providers";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import {
  certificateUrl,
  type ExampleSource,
  exampleSource,
  signedEvent,
  signedHandshake,
} from "../suite/example_source.ts";
import { type RunEdgeOptions, type RunningEdge, runEdge } from "../suite/run_edge.ts";

let running: RunningEdge;

afterEach(() => running.stop());

function example(id: string, overrides: Partial<ConfiguredSource> = {}): ExampleSource {
  const provider: Provider | null = findProvider(id);
  if (provider === null) throw new TypeError(`Cannot find ${id}`);
  return exampleSource(provider, overrides);
}

async function run(examples: readonly ExampleSource[], options: RunEdgeOptions = {}) {
  running = await runEdge({ sources: examples.map(({ source }) => source), ...options });
}

test("answerHandshake() echoes Slack's challenge if Slack has signed it", async () => {
  const slack = example("slack");
  await run([slack]);
  const answer = await running.send(signedHandshake(slack, { challenge: "3eZbrw1aB" }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await answer.text()).toBe("3eZbrw1aB");
  const forged = signedHandshake(example("slack"), { challenge: "3eZbrw1aB" });
  expect((await running.send(forged)).status).toBe(401);
  expect(running.dispatcher.events).toEqual([]);
});

test("answerHandshake() answers Slack's check of the connection, which Slack does not sign", async () => {
  await run([example("slack")]);
  const post = (body: string) =>
    running.ask("/api/webhooks/slack", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
  const answer = await post("ssl_check=1&token=xxx");
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect((await post("ssl_check=1&command=%2Fdeploy")).status).toBe(401);
  expect(running.dispatcher.events).toEqual([]);
});

test("answerHandshake() answers Meta if the token is right, and counts and logs guesses", async () => {
  const meta = example("meta");
  await run([meta], { rateLimit: { max: 2 } });
  const ask = (token: string) =>
    running.ask(`/api/webhooks/meta?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`);
  const right = await ask("example");
  expect([right.status, await right.text()]).toEqual([200, "42"]);
  const wrong = await ask("guess");
  expect(wrong.status).toBe(403);
  expect(await wrong.json()).toEqual({
    error: "handshake_refused",
    message: "The handshake was refused.",
  });
  expect([(await ask("guess")).status, (await ask("guess")).status]).toEqual([403, 429]);
  expect((await ask("example")).status).toBe(200);
  expect(running.lines.filter(({ error }) => error === "handshake_refused")[0]).toMatchObject({
    msg: "request refused",
    reason: "the verify token is not the source's",
  });
});

test("answerHandshake() reports handshakes, but not the failures of strangers", async () => {
  const x = example("x");
  const zoom = example("zoom");
  await run([x, zoom]);
  expect((await running.ask("/api/webhooks/x?crc_token=a")).status).toBe(200);
  // Anybody can send this, and no operator should be alarmed by it.
  expect((await running.ask("/api/webhooks/x?crc_token=%7B%7D")).status).toBe(400);
  expect((await running.send(signedHandshake(zoom, { challenge: "a:b" }))).status).toBe(400);
  const seen = () => running.dispatcher.reports.flatMap(({ handshakes }) => handshakes);
  await waitFor(() => seen().some(({ source }) => source === "zoom"), { what: "the report" });
  expect(seen()).toEqual([
    { source: "x", atMs: expect.any(Number), ok: true },
    { source: "zoom", atMs: expect.any(Number), ok: false },
  ]);
});

test("answerHandshake() bounds its log", async () => {
  await run([example("dropbox")]);
  for (let round = 0; round < 30; round += 1) {
    expect((await running.ask("/api/webhooks/dropbox?challenge=a")).status).toBe(200);
  }
  const lines = running.lines.filter(({ msg }) => msg === "handshake answered");
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(30);
});

test("answerHandshake() limits the unsigned handshakes of an address, by themselves", async () => {
  const slack = example("slack");
  await run([example("dropbox"), slack], { rateLimit: { max: 3 } });
  const statuses: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    statuses.push((await running.ask("/api/webhooks/dropbox?challenge=a")).status);
  }
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  expect((await running.ask("/nowhere")).status).toBe(404);
  // Signed ones are proven, and never counted.
  for (let round = 0; round < 5; round += 1) {
    expect((await running.send(signedHandshake(slack))).status).toBe(200);
  }
});

test("answerHandshake() refuses a GET that is not a handshake, even if it is signed", async () => {
  await run([example("meta")]);
  const answer = await running.ask("/api/webhooks/meta?a=b");
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    error: "no_handshake",
    message: "This is not a handshake, and events are not sent with this method.",
  });
});

test("answerHandshake() answers OPTIONS for CloudEvents, and for nobody else", async () => {
  await run([example("cloudevents")]);
  const headers = {
    "webhook-request-origin": "eventemitter.example.com",
    "webhook-request-rate": "120",
  };
  const answer = await running.ask("/api/webhooks/cloudevents", { method: "OPTIONS", headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("webhook-allowed-origin")).toBe("eventemitter.example.com");
  expect(answer.headers.get("webhook-allowed-rate")).toBe("120");
  const other = await running.ask("/api/webhooks/academy", { method: "OPTIONS", headers });
  expect(other.status).toBe(405);
  expect(other.headers.get("webhook-allowed-origin")).toBeNull();
});

test("answerHandshake() answers HEAD without a body", async () => {
  await run([example("trello")]);
  const answer = await running.ask("/api/webhooks/trello", { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

test("answerHandshake() comes after the allow list", async () => {
  const allowedIps = { mode: "enforce", ranges: ["203.0.113.7"] } as const;
  await run([example("x", { allowedIps })]);
  expect((await running.ask("/api/webhooks/x?crc_token=a")).status).toBe(403);
});

test("answerHandshake() confirms a subscription of SNS by fetching the URL that AWS has signed", async () => {
  const sns = example("aws_sns");
  const request = signedHandshake(sns);
  const certificate = certificateUrl(sns, request);
  const confirmed: string[] = [];
  let status = 500;
  await run([sns], {
    async fetch(url) {
      if (url === certificate) {
        return { status: 200, body: Buffer.from(sns.keys.certificate ?? "") };
      }
      confirmed.push(url);
      return { status, body: new Uint8Array(0) };
    },
  });
  const failed = await running.send(request);
  expect(failed.status).toBe(503);
  expect(failed.headers.get("retry-after")).toBe("1");
  expect(await failed.json()).toMatchObject({ error: "unconfirmed" });
  status = 200;
  expect((await running.send(request)).status).toBe(200);
  const { SubscribeURL: url } = JSON.parse(Buffer.from(request.body).toString());
  expect(confirmed.map((one) => new URL(one).searchParams.get("Token"))).toEqual(
    Array(2).fill(new URL(url).searchParams.get("Token")),
  );
  // For another account's topic nothing is fetched.
  const text = Buffer.from(request.body).toString().replaceAll(":hookgate", ":other");
  expect((await running.send({ ...request, body: Buffer.from(text) })).status).toBe(401);
  expect(confirmed).toHaveLength(2);
  expect(running.dispatcher.events).toEqual([]);
});

/** Makes the dispatcher keep enrolled secrets. */
function enrolments(open: { value: boolean }): string[] {
  const kept: string[] = [];
  running.dispatcher.report = async (request) => {
    running.dispatcher.reports.push(request);
    for (const { value } of open.value ? request.enrolled : []) {
      kept.push(value);
      open.value = false;
    }
    const enrolled = kept.map((value) => ({ source: "asana", value }));
    return { refusedKept: 0, enrolmentsOpen: open.value ? ["asana"] : [], enrolled, trials: [] };
  };
  return kept;
}

const reportCount = () => running.dispatcher.reports.length;

test("answerHandshake() keeps Asana's secret while an enrolment is open, and verifies with it", async () => {
  const asana = example("asana", { secrets: [] });
  await run([asana]);
  const open = { value: false };
  const kept = enrolments(open);
  const handshake = signedHandshake(asana, { challenge: asana.keys.secret });
  const event = signedEvent(asana);
  await waitFor(() => reportCount() > 0, { what: "the first report" });
  await waitFor(async () => (await running.send(event)).status === 401, { what: "a sure answer" });
  expect((await running.send(handshake)).status).toBe(403);
  expect(kept).toEqual([]);

  open.value = true;
  const before = reportCount();
  await waitFor(() => reportCount() > before + 1, { what: "the edge to know" });
  const answer = await running.send(handshake);
  expect(answer.status).toBe(204);
  expect(answer.headers.get("x-hook-secret")).toBe(asana.keys.secret);
  expect(kept).toEqual([asana.keys.secret]);
  expect((await running.send(event)).status).toBe(200);
  expect(running.dispatcher.events).toMatchObject([
    { source: "asana", secretId: expect.stringMatching(/^enrolled-[0-9a-f]{8}$/) },
  ]);
  // The next one is too late, even from Asana.
  const stranger = signedHandshake(asana, { challenge: "f".repeat(64) });
  expect((await running.send(stranger)).status).toBe(403);
  expect(JSON.stringify(running.lines)).not.toContain(asana.keys.secret);
});

test.each([
  ["", ""],
  ["?enrol=w0rd_-A", "w0rd_-A"],
  ["?team=a%26b&enrol=w0rd", "w0rd"],
  ["?enrol=%770rd", "w0rd"],
  ["?enrol=w0rd&enrol=another", "w0rd"],
  ["?back=/a?b&enrol=w0rd", "w0rd"],
  ["?Enrol=w0rd&enroll=w0rd", ""],
  [`?pad=${"x".repeat(1_000)}&enrol=w0rd`, ""],
])("answerHandshake() reads the word of a URL that ends with %j as %j", async (query, word) => {
  const asana = example("asana", { secrets: [] });
  await run([asana]);
  const words: string[] = [];
  running.dispatcher.report = async (request) => {
    words.push(...request.enrolled.map((one) => one.word ?? ""));
    running.dispatcher.reports.push(request);
    return { refusedKept: 0, enrolmentsOpen: ["asana"], enrolled: [], trials: [] };
  };
  const before = reportCount();
  await waitFor(() => reportCount() > before + 1, { what: "the edge to know" });
  const handshake = signedHandshake(asana, { challenge: asana.keys.secret });
  await running.send({ ...handshake, url: `${handshake.url}${query}` });
  expect(words).toEqual([word]);
});

test("answerHandshake() answers 503 until the dispatcher has sent the delivered secrets", async () => {
  const asana = example("asana", { secrets: [] });
  await run([asana]);
  running.dispatcher.report = () => new Promise(() => {});
  expect((await running.send(signedEvent(asana))).status).toBe(503);
  const handshake = await running.send(signedHandshake(asana));
  expect(handshake.status).toBe(503);
  expect(handshake.headers.get("x-hook-secret")).toBeNull();
});
