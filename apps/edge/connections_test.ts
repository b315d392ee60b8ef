import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { RawConnection } from "./suite/raw_connection.ts";
import { eventBody, type RunEdgeOptions, type RunningEdge, runEdge } from "./suite/run_edge.ts";

const REQUEST = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";
const SLOW = "POST /api/webhooks/academy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";

let running: RunningEdge;
const opened: RawConnection[] = [];

afterEach(async () => {
  for (const connection of opened.splice(0)) connection.destroy();
  await running.stop();
});

async function open(bytes = ""): Promise<RawConnection> {
  const connection = await RawConnection.open(running.port);
  opened.push(connection);
  connection.write(bytes);
  return connection;
}

async function answered(connection: RawConnection): Promise<void> {
  connection.text = "";
  connection.write(REQUEST);
  await connection.status();
}

const run = async (limits: RunEdgeOptions["limits"], more: RunEdgeOptions = {}) => {
  running = await runEdge({
    limits: { bodyDeadlineMs: 60_000, ...limits },
    rateLimit: { max: 1_000 },
    ...more,
  });
};

test.each<[string, RunEdgeOptions["limits"], string]>([
  ["all are taken", { connectionsMax: 3 }, "all connections are taken, closed the idlest"],
  [
    "its address has its share",
    { connectionsPerAddress: 3 },
    "an address has its share of connections, closed its idlest",
  ],
])("Connections closes the idlest for a new one if %s", async (_, limits, msg) => {
  await run(limits);
  const [one, two, three] = [await open(), await open(), await open()];
  await answered(one);
  await answered(three);
  expect((await running.post(eventBody())).status).toBe(200);
  await two.waitUntilClosed();
  expect([one.closed, three.closed]).toEqual([false, false]);
  expect(running.lines.filter((line) => line["msg"] === msg)).toMatchObject([
    { level: "warn", closed: 1, address: expect.stringContaining("127.0.0.1") },
  ]);
});

test("Connections closes slow senders if none is idle, and never what is being worked on", async () => {
  await run({ connectionsMax: 2 });
  running.dispatcher.behaviour = "silent";
  const worked = running.post(eventBody());
  await waitFor(() => running.dispatcher.messages.length === 1, { what: "the event" });
  const slow = await open(SLOW);
  const other = await open(SLOW);
  await slow.waitUntilClosed();
  running.dispatcher.release();
  expect((await worked).status).toBe(200);
  expect(other.closed).toBe(false);
});

test("Connections answers 503 to those that it closes before their request was read", async () => {
  await run({ connectionsMax: 1 });
  const slow = await open(SLOW);
  await running.post(eventBody());
  expect(await slow.status()).toBe(503);
  expect(slow.text).toMatch(/\r\nRetry-After: 1\r\n.*\{"error":"overloaded",/s);
  const idle = await open();
  await answered(idle);
  idle.text = "";
  await running.post(eventBody());
  await idle.waitUntilClosed();
  expect(idle.text).toBe("");
});

test("Connections lets a trusted proxy have more than an address's share", async () => {
  await run({ connectionsPerAddress: 1 }, { trustedProxies: ["127.0.0.1"] });
  const [one, two] = [await open(), await open()];
  await answered(one);
  await answered(two);
  expect(running.lines.map(({ msg }) => msg)).not.toContain(
    "an address has its share of connections, closed its idlest",
  );
});

test("Connections bounds its log lines, whatever a flood does", async () => {
  await run({ connectionsPerAddress: 2 });
  for (let index = 0; index < 30; index += 1) await open();
  expect((await running.post(eventBody())).status).toBe(200);
  const warned = running.lines.filter(({ level }) => level === "warn");
  expect(warned.length).toBeGreaterThan(0);
  expect(warned.length).toBeLessThan(10);
});
