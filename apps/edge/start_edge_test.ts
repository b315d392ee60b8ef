import { Agent, request } from "node:http";
import { signedGenericRequest, waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { RawConnection } from "./suite/raw_connection.ts";
import {
  eventBody,
  makeConfig,
  type RunningEdge,
  readAnswer,
  runEdge,
  SECRET,
} from "./suite/run_edge.ts";

let running: RunningEdge;
let agents: Agent[] = [];

afterEach(async () => {
  for (const agent of agents) agent.destroy();
  agents = [];
  await running.stop();
});

/** Posts over kept connections; resolves with the status, or with the error's code. */
function postOn(agent: Agent, port: number): Promise<number | string> {
  const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
  return new Promise((resolve) => {
    const path = "/api/webhooks/academy";
    const post = request({ agent, port, path, method: "POST", headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    post.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    post.end(body);
  });
}

test("an edge without its dispatcher answers 503 in time, then at once, and recovers by itself", async () => {
  running = await runEdge({ limits: { answerBudgetMs: 600 } });
  const { port } = running.dispatcher;
  expect(running.edge.ready()).toEqual({ ready: true, problems: [] });
  await running.dispatcher.close();
  await waitFor(() => !running.edge.ready().ready, { what: "the edge to notice" });
  expect(running.edge.ready().problems).toEqual(["the dispatcher is not connected"]);

  // Providers get an answer within two seconds; the rest is for a busy machine.
  const begun = performance.now();
  const first = await running.post(eventBody());
  expect(first.status).toBe(503);
  expect(first.headers.get("retry-after")).toBe("1");
  expect(performance.now() - begun).toBeLessThan(2_000);

  await waitFor(
    async () => {
      const asked = performance.now();
      const { status } = await running.post(eventBody());
      return status === 503 && performance.now() - asked < 500;
    },
    { what: "a 503 at once" },
  );

  await running.dispatcher.listen(port);
  await waitFor(async () => (await running.post(eventBody())).status === 200, {
    what: "an event to be stored again",
  });
  expect(running.edge.ready().ready).toBe(true);
});

test("an edge whose dispatcher restarts within the budget answers 200 to what waited", async () => {
  running = await runEdge();
  const { port } = running.dispatcher;
  running.dispatcher.behaviour = "silent";
  const waiting = Promise.all([1, 2, 3].map(() => running.post(eventBody())));
  await waitFor(() => running.dispatcher.messages.length > 0, { what: "events on their way" });
  await running.dispatcher.close();
  running.dispatcher.behaviour = "answer";
  await running.dispatcher.listen(port);
  expect((await waiting).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("an edge whose dispatcher is frozen answers 503 within its budget", async () => {
  running = await runEdge({ limits: { answerBudgetMs: 400 } });
  running.dispatcher.behaviour = "silent";
  const begun = performance.now();
  const answer = await running.post(eventBody());
  expect(answer.status).toBe(503);
  expect(performance.now() - begun).toBeGreaterThan(350);
  expect(await readAnswer(answer)).toMatchObject({ error: "unavailable" });
  running.dispatcher.release();
  expect((await running.post(eventBody())).status).toBe(200);
});

test("an edge gives a large body more time to be stored than a small one", async () => {
  running = await runEdge({ limits: { answerBudgetMs: 400, bodyBytesMax: 30 * 1024 ** 2 } });
  running.dispatcher.behaviour = "silent";
  const padding = "a".repeat(20 * 1024 ** 2);
  const large = running.post(eventBody().replace("{", `{"padding":"${padding}",`));
  await waitFor(() => running.dispatcher.messages.length > 0, { what: "the large event" });
  expect((await running.post(eventBody())).status).toBe(503);
  running.dispatcher.release();
  expect((await large).status).toBe(200);
});

test("an edge answers each event by its own deadline, even behind one with a later deadline", async () => {
  running = await runEdge({ limits: { answerBudgetMs: 4_000 } });
  running.dispatcher.behaviour = "silent";
  const patient = running.post(eventBody());
  await waitFor(() => running.dispatcher.messages.length > 0, { what: "the first event" });
  running.edge.reload(makeConfig({ limits: { answerBudgetMs: 500 } }));
  const begun = performance.now();
  expect((await running.post(eventBody())).status).toBe(503);
  expect(performance.now() - begun).toBeLessThan(2_000);
  running.dispatcher.release();
  expect((await patient).status).toBe(200);
});

test("an edge bounds the requests in flight: past it 503 at once, before the body", async () => {
  running = await runEdge({ limits: { inFlightMax: 3 } });
  running.dispatcher.behaviour = "silent";
  const waiting = [1, 2, 3].map(() => running.post(eventBody()));
  await waitFor(() => running.dispatcher.messages.reduce((sum, count) => sum + count, 0) === 3, {
    what: "three events on their way",
  });
  const connection = await RawConnection.open(running.port);
  connection.write(
    "POST /api/webhooks/academy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
  );
  expect(await connection.status()).toBe(503);
  expect(connection.text).toMatch(/\r\nRetry-After: 1\r\n/);
  expect(connection.text).toMatch(/"error":"overloaded"/);
  connection.destroy();
  running.dispatcher.release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await running.post(eventBody())).status).toBe(200);
});

test("Edge.stop() under load answers 200 to everything, then refuses connections", async () => {
  running = await runEdge();
  const agent = new Agent({ keepAlive: true, maxSockets: 16, host: "127.0.0.1" });
  agents.push(agent);
  const outcomes: (number | string)[] = [];
  let stopped = false;
  const posting = Array.from({ length: 16 }, async () => {
    for (;;) {
      const outcome = await postOn(agent, running.port);
      if (outcome === "ECONNREFUSED") return;
      outcomes.push(outcome);
    }
  });
  await waitFor(() => outcomes.length > 100, { what: "some load" });
  const begun = performance.now();
  const stopping = running.edge.stop().then(() => {
    stopped = true;
  });
  expect(running.edge.ready().problems).toContain("the edge is stopping");
  await Promise.all([stopping, ...posting]);
  expect(stopped).toBe(true);
  expect(performance.now() - begun).toBeLessThan(4_000);
  expect(new Set(outcomes)).toEqual(new Set([200]));
  expect(running.dispatcher.events).toHaveLength(outcomes.length);
});

test("Edge.stop() waits for an event in flight", async () => {
  running = await runEdge();
  running.dispatcher.behaviour = "silent";
  const answer = running.post(eventBody());
  await waitFor(() => running.dispatcher.messages.length > 0, { what: "the event on its way" });
  const stopping = running.edge.stop();
  running.dispatcher.release();
  expect((await answer).status).toBe(200);
  expect((await answer).headers.get("connection")).toBe("close");
  await stopping;
});

test("Edge.stop() answers a request on a kept connection, then closes idle ones", async () => {
  running = await runEdge();
  const kept = await RawConnection.open(running.port);
  const idle = await RawConnection.open(running.port);
  const request = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const connection of [kept, idle]) {
    connection.write(request);
    expect(await connection.status()).toBe(404);
    connection.text = "";
  }
  const stopping = running.edge.stop();
  kept.write(request);
  expect(await kept.status()).toBe(404);
  await Promise.all([kept.waitUntilClosed(), idle.waitUntilClosed(), stopping]);
  expect(kept.text).toMatch(/\r\nConnection: close\r\n/);
});

test("Edge.stop() cuts a connection whose body does not arrive", async () => {
  running = await runEdge();
  const connection = await RawConnection.open(running.port);
  connection.write(
    "POST /api/webhooks/academy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n",
  );
  await running.edge.stop();
  await connection.waitUntilClosed();
});

test("Edge.reload() applies sources and limits, and keeps its connections", async () => {
  running = await runEdge();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, host: "127.0.0.1" });
  agents.push(agent);
  expect(await postOn(agent, running.port)).toBe(200);

  const changed = makeConfig({ limits: { bodyBytesMax: 20 } });
  running.edge.reload({ ...changed, sources: changed.sources.slice(0, 1) });
  expect(await postOn(agent, running.port)).toBe(413);
  expect((await running.post("{}", { source: "shop/eu/main" })).status).toBe(404);
  expect(running.dispatcher.streams).toBe(1);
});

test("Edge.reload() does not affect requests in flight", async () => {
  running = await runEdge();
  running.dispatcher.behaviour = "silent";
  const answer = running.post(eventBody());
  await waitFor(() => running.dispatcher.messages.length > 0, { what: "the event on its way" });
  running.edge.reload({ ...makeConfig(), sources: [] });
  running.dispatcher.release();
  expect((await answer).status).toBe(200);
  expect((await running.post(eventBody())).status).toBe(404);
});

test("Edge.reload() is all or nothing", async () => {
  running = await runEdge();
  const changed = makeConfig({ limits: { bodyBytesMax: 1, inFlightMax: 0 } });
  const [source] = changed.sources;
  if (source === undefined) throw new Error("Cannot change a source: there is none");
  const unknown = { ...changed, sources: [{ ...source, provider: "nobody" }] };
  expect(() => running.edge.reload(unknown)).toThrow(
    new TypeError("Cannot serve academy: no provider is named nobody"),
  );
  expect((await running.post(eventBody())).status).toBe(200);
});

test("Edge.reload() keeps the counts of refused requests", async () => {
  running = await runEdge({ rateLimit: { max: 1 } });
  expect((await running.ask("/nowhere")).status).toBe(404);
  running.edge.reload(makeConfig({ rateLimit: { max: 1 } }));
  expect((await running.ask("/nowhere")).status).toBe(429);
});
