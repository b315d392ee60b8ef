import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { RawConnection } from "../suite/raw_connection.ts";
import { eventBody, type RunningEdge, readAnswer, runEdge } from "../suite/run_edge.ts";

let running: RunningEdge;
let waiting: Promise<Response>;

/** The only request that is let in waits for its answer. */
beforeEach(async () => {
  running = await runEdge({ limits: { inFlightMax: 1 } });
  running.dispatcher.behaviour = "silent";
  waiting = running.post(eventBody());
  await waitFor(() => running.dispatcher.inFlightMost.events === 1, { what: "the event" });
});

afterEach(async () => {
  await running.stop();
  await waiting.catch(() => {});
});

async function refused(): Promise<number> {
  const text = await running.metrics.text();
  return Number(/\{source="",outcome="unavailable",status="503"\} (\d+)/.exec(text)?.[1] ?? 0);
}

test("refuseEarly() answers what finds no room, counts it, and keeps the connection", async () => {
  const connection = await RawConnection.open(running.port);
  for (let round = 1; round <= 3; round += 1) {
    connection.text = "";
    connection.write(
      `POST /api/webhooks/academy HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n${"x".repeat(1_000)}`,
    );
    expect(await connection.status()).toBe(503);
    await waitFor(() => connection.text.endsWith("}"), { what: "the whole answer" });
    expect(connection.text).toMatch(/\r\nRetry-After: 1\r\n/);
    expect(connection.text).toMatch(/\r\nConnection: keep-alive\r\n/);
    expect(await refused()).toBe(round);
  }
  connection.destroy();
});

test("refuseEarly() answers as the usual path does, which a long body takes", async () => {
  const early = await running.post(eventBody());
  const usual = await running.post(new Uint8Array(100_000));
  expect([early.status, usual.status]).toEqual([503, 503]);
  for (const name of ["content-type", "content-length", "retry-after"]) {
    expect(early.headers.get(name)).toBe(usual.headers.get(name));
  }
  expect(usual.headers.get("connection")).toBe("close");
  const answer = { error: "overloaded", message: expect.any(String) };
  const bodies = [await readAnswer(early), await readAnswer(usual)];
  expect(bodies[0]).toEqual(answer);
  expect(bodies[1]).toEqual(bodies[0]);
  expect(await refused()).toBe(2);
});
