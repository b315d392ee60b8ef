import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { RawConnection } from "../suite/raw_connection.ts";
import { type RunningEdge, runEdge } from "../suite/run_edge.ts";

let running: RunningEdge;
let connection: RawConnection;

beforeEach(async () => {
  running = await runEdge({ limits: { bodyDeadlineMs: 300 } });
  connection = await RawConnection.open(running.port);
});

afterEach(async () => {
  connection.destroy();
  await running.stop();
});

function head(path: string, length: number): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
}

test("closeConnection() keeps a connection whose small unread body can be discarded", async () => {
  for (let round = 0; round < 3; round += 1) {
    connection.text = "";
    connection.write(`${head("/nowhere", 1_000)}${"x".repeat(1_000)}`);
    expect(await connection.status()).toBe(404);
    expect(connection.text).toMatch(/\r\nConnection: keep-alive\r\n/);
  }
});

test("closeConnection() keeps a connection whose body was read", async () => {
  for (let round = 0; round < 2; round += 1) {
    connection.text = "";
    connection.write(`${head("/api/webhooks/academy", 2)}{}`);
    expect(await connection.status()).toBe(401);
    expect(connection.text).toMatch(/\r\nConnection: keep-alive\r\n/);
  }
});

test("closeConnection() answers before a long body has arrived, and closes when it has", async () => {
  connection.write(head("/nowhere", 200_000));
  expect(await connection.status()).toBe(404);
  await waitFor(() => connection.text.endsWith("}"), { what: "the whole answer" });
  expect(connection.text).toMatch(/\r\nConnection: close\r\n/);
  expect(connection.closed).toBe(false);
  connection.write("x".repeat(200_000));
  await connection.waitUntilClosed();
});

test("closeConnection() waits only a moment for a long body", async () => {
  connection.write(head("/nowhere", 200_000));
  expect(await connection.status()).toBe(404);
  await connection.waitUntilClosed();
});

test("closeConnection() does not read a body without end", async () => {
  connection.write(
    "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  let sent = 0;
  while (sent < 1_000 && !connection.closed) {
    sent += 1;
    if (connection.write(chunk)) continue;
    await waitFor(() => connection.closed || connection.drained, { what: "room, or the end" });
  }
  expect(await connection.status()).toBe(404);
  await connection.waitUntilClosed();
  // We read, and the kernel buffers, a few megabytes; a thousand chunks are sixty-five.
  expect(sent).toBeLessThan(1_000);
});

test("closeConnection() answers an address that is over its limit, and ends the connection although it sends on", async () => {
  // What it sends has to arrive in time on a busy machine, too.
  connection.destroy();
  await running.stop();
  running = await runEdge({ limits: { bodyDeadlineMs: 2_000 } });
  connection = await RawConnection.open(running.port);
  const forged = `${head("/api/webhooks/academy", 1_000_000)}${"x".repeat(1_000_000)}`;
  for (let round = 0; round < 3; round += 1) {
    const one = await RawConnection.open(running.port);
    one.write(forged);
    expect(await one.status()).toBe(401);
    one.destroy();
  }
  connection.write(`${head("/api/webhooks/academy", 20_000_000)}${"x".repeat(20_000_000)}`);
  expect(await connection.status()).toBe(429);
  await connection.waitUntilClosed();
});
