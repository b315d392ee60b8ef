import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { FaultyProxy } from "./proxy.ts";

let server: Server;
let proxy: FaultyProxy;
let client: Socket;
let received: string;

beforeEach(async () => {
  server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await FaultyProxy.open((server.address() as AddressInfo).port);
  client = connect(proxy.port, "127.0.0.1");
  client.on("error", () => {});
  received = "";
  client.on("data", (chunk) => {
    received += chunk;
  });
  await once(client, "connect");
});

afterEach(async () => {
  client.destroy();
  await proxy[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

async function echo(text: string): Promise<void> {
  client.write(text);
  await waitFor(() => received.endsWith(text), { what: `the echo of ${text}` });
}

test("FaultyProxy passes bytes both ways", async () => {
  await echo("one");
  await echo("two");
  expect(received).toBe("onetwo");
});

test("FaultyProxy resets connections when it is cut", async () => {
  await echo("one");
  const closed = closeOf(client);
  proxy.mode = "cut";
  await closed;
});

test.each(["silent", "deaf", "mute", "slow"] as const)(
  "FaultyProxy delivers later, in order, what it held back while it was %s",
  async (mode) => {
    await echo("one");
    proxy.mode = mode;
    client.write("two");
    // Written after the first arrived at the proxy, so that nothing is merged before it.
    await new Promise((resolve) => setImmediate(resolve));
    expect(received).toBe("one");
    proxy.mode = "pass";
    await echo("three");
    expect(received).toBe("onetwothree");
  },
);

test("FaultyProxy cuts again and again while it flaps", async () => {
  const closed = closeOf(client);
  proxy.flap();
  await closed;
  const next = connect(proxy.port, "127.0.0.1");
  next.on("error", () => {});
  await closeOf(next);
});
