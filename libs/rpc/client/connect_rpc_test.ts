import { type ChildProcess, spawn } from "node:child_process";
import { promises as dns } from "node:dns";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { answerOf, captureOf } from "../suite/example_messages.ts";
import { startFreezingProxy } from "../suite/freezing_proxy.ts";
import { errorOf, receive, startPair } from "../suite/rpc_pair.ts";
import { numbered, sendAll } from "../suite/send_all.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { connectRpc, type RpcClient } from "./connect_rpc.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** Large enough that a few fill what the transport holds. */
const LARGE = new Uint8Array(256 * 1024);

/** A server in a process of its own. */
async function spawnServer(
  address = "127.0.0.1:0",
): Promise<{ child: ChildProcess; address: string }> {
  const program = new URL("../suite/capture_server_program.ts", import.meta.url);
  const child = spawn(process.execPath, [fileURLToPath(program), address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  });
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, address: line };
}

function connect(address: string, openMsMax = 4_000): RpcClient {
  const security = { token: null, tls: null };
  return stack.adopt(connectRpc({ address, security, openMsMax }), (client) => client.close());
}

test("connect() says whether a server can be reached, soon", async () => {
  const { client, server } = stack.use(await startPair({ admin: healthyAdmin() }));
  expect(await client.connect({ timeoutMs: 10_000 })).toBe(true);
  expect(await client.connect({ timeoutMs: 10_000 })).toBe(true);
  const proxy = stack.use(await startFreezingProxy(() => server.address));
  proxy.freeze();
  expect(await connect(proxy.address).connect({ timeoutMs: 50 })).toBe(false);
  expect(await connect("127.0.0.1:1").connect({ timeoutMs: 10_000 })).toBe(false);
});

/** Opens streams until one is answered. */
async function captureOnce(client: RpcClient): Promise<void> {
  await waitFor(
    async () => {
      const call = client.capture();
      const near = receive(call);
      call.send(captureOf(1));
      await Promise.race([near.count(1), near.over]);
      call.end();
      return near.messages.length === 1;
    },
    { what: "an answer", timeoutMs: 10_000 },
  );
}

test("a server that is killed is an error, once, and the next stream finds the one that took its place", async () => {
  const first = await spawnServer();
  const client = connect(first.address);
  const call = client.capture();
  const near = receive(call);
  call.send(captureOf(1));
  await near.count(1);
  first.child.kill("SIGKILL");
  expect(await near.over).toMatchObject({ name: "RpcError", code: "UNAVAILABLE" });
  expect(call.send(captureOf(2))).toBe(false);
  await call.drained();
  // Nobody listens now.
  expect(await receive(client.capture()).over).toMatchObject({ code: "UNAVAILABLE" });

  await spawnServer(first.address);
  await captureOnce(client);
  expect(near.endings).toHaveLength(1);
}, 30_000);

test("a server whose name gets another address after its end is found within seconds", async () => {
  const first = await spawnServer("127.0.0.1:0");
  const port = first.address.split(":").at(-1);
  let address = "127.0.0.1";
  const looked: string[] = [];
  const lookup = jest.spyOn(dns, "lookup").mockImplementation((async () => {
    looked.push(address);
    return [{ address, family: 4 }];
  }) as unknown as typeof dns.lookup);
  stack.defer(() => lookup.mockRestore());
  const client = connect(`dispatcher.test:${port}`);
  await captureOnce(client);
  first.child.kill("SIGKILL");
  // The name is looked up as soon as the connection is lost, and has its new address only later.
  const failed = async () => (await receive(client.capture()).over) !== null && looked.length > 1;
  await waitFor(failed, { what: "a look for the name", timeoutMs: 10_000 });
  await spawnServer(`127.0.0.2:${port}`);
  address = "127.0.0.2";
  await captureOnce(client);
});

test("a frozen server is an error within seconds, and is found again when it continues", async () => {
  const { child, address } = await spawnServer();
  const client = connect(address, 500);
  const call = client.capture();
  const near = receive(call);
  call.send(captureOf(1));
  await near.count(1);
  child.kill("SIGSTOP");
  const frozenAt = performance.now();
  expect(await near.over).toMatchObject({ name: "RpcError", code: "UNAVAILABLE" });
  expect(performance.now() - frozenAt).toBeLessThan(8_000);
  // It accepts connections still, as far as the kernel does that for it.
  const unopened = receive(client.capture());
  expect(await unopened.over).toMatchObject({
    code: "UNAVAILABLE",
    message: "no answer within 500 ms",
  });
  child.kill("SIGCONT");
  await captureOnce(client);
  expect([near.endings.length, unopened.endings.length]).toEqual([1, 1]);
}, 40_000);

test("a peer out of reach is an error to both ends, and one that waited for room is let go", async () => {
  let target = "";
  const proxy = stack.use(await startFreezingProxy(() => target));
  const through = (address: string) => {
    target = address;
    return proxy.address;
  };
  const { client, nextCall } = stack.use(await startPair({ through }));
  const call = client.capture();
  const near = receive(call);
  const served = await nextCall();
  const far = receive(served);
  proxy.freeze();
  const full = sendAll(
    call,
    numbered(200, (number) => captureOf(number, { body: LARGE })),
  );
  const farFull = sendAll(
    served,
    numbered(200, (number) => answerOf(number, "x".repeat(100_000))),
  );
  expect(await near.over).toMatchObject({ name: "RpcError", code: "UNAVAILABLE" });
  expect(await far.over).toMatchObject({ name: "RpcError", code: "CANCELLED" });
  await Promise.all([full, farFull]);
  expect([near.endings.length, far.endings.length]).toEqual([1, 1]);
}, 30_000);

test("a connection that nobody answers is given up: the next stream makes another", async () => {
  const { address } = await spawnServer();
  const proxy = stack.use(await startFreezingProxy(() => address));
  proxy.freeze();
  const client = connect(proxy.address, 300);
  const unopened = receive(client.capture());
  expect(await unopened.over).toMatchObject({
    code: "UNAVAILABLE",
    message: "no answer within 300 ms",
  });
  proxy.passNew();
  await captureOnce(client);
});

test("a server that opened its side may take its time to speak", async () => {
  const { server, client, nextCall } = stack.use(await startPair({ openMsMax: 1_000 }));
  const proxy = stack.use(await startFreezingProxy(() => server.address));
  proxy.freeze();
  const near = receive(client.capture());
  const served = await nextCall();
  // Begun later, with more time: when this one is given up, the other one would have been.
  const unopened = receive(connect(proxy.address, 1_200).capture());
  expect(await unopened.over).toMatchObject({ message: "no answer within 1200 ms" });
  expect(near.endings).toEqual([]);
  served.send(answerOf(1));
  await near.count(1);
});

test("close() of the client breaks off its streams, and refuses new calls", async () => {
  const { client, nextCall } = stack.use(await startPair({ admin: healthyAdmin() }));
  const near = receive(client.capture());
  const far = receive(await nextCall());
  client.close();
  expect(await near.over).toMatchObject({ code: "CANCELLED", message: "the client was closed" });
  expect(await far.over).toMatchObject({ code: "CANCELLED" });
  expect(() => client.capture()).toThrow(RpcError);
  expect(await errorOf(client.admin.getHealth({}))).toMatchObject({ code: "CANCELLED" });
  client.close();
});

test("a client connects with its first call, not before", async () => {
  const { server, client: used } = stack.use(await startPair({ admin: healthyAdmin() }));
  let connections = 0;
  const proxy = stack.use(
    await startFreezingProxy(() => {
      connections += 1;
      return server.address;
    }),
  );
  const client = connect(proxy.address);
  // Begun later and there first: had the client connected, that would have been seen by now.
  await used.admin.getHealth({});
  expect(connections).toBe(0);
  await client.admin.getHealth({});
  expect(connections).toBe(1);
});
