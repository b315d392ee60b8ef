import { expect, test } from "@jest/globals";
import { receive } from "../suite/rpc_pair.ts";
import { localBidis } from "./local_bidis.ts";
import { RpcError } from "./rpc_error.ts";

function makePair() {
  const faults: unknown[] = [];
  const pair = localBidis<number, string>({ onFault: (error) => void faults.push(error) });
  return { ...pair, faults };
}

test("localBidis() carry messages both ways in order, also those sent before anybody receives", async () => {
  const { client, server } = makePair();
  server.send("hello");
  for (let number = 0; number < 1_000; number += 1) client.send(number);
  client.end();
  const near = receive(client);
  const far = receive(server);
  expect(await far.over).toBe("end");
  server.send("late");
  server.end();
  expect(await near.over).toBe("end");
  expect(far.messages).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
  expect(near.messages).toEqual(["hello", "late"]);
  expect([client.send(1), server.send("x")]).toEqual([false, false]);
});

test("localBidis() deliver nothing within the sender's call", async () => {
  const { client, server } = makePair();
  const order: string[] = [];
  server.receive({ message: () => order.push("received"), end() {}, error() {} });
  client.send(1);
  order.push("sent");
  await new Promise(setImmediate);
  expect(order).toEqual(["sent", "received"]);
});

test("localBidis() break for both ends when one fails, each with its own error", async () => {
  for (const [failing, code] of [
    ["client", "CANCELLED"],
    ["server", "RESOURCE_EXHAUSTED"],
  ] as const) {
    const { client, server } = makePair();
    const near = receive(client);
    const far = receive(server);
    const end = failing === "client" ? client : server;
    end.fail(new RpcError("RESOURCE_EXHAUSTED", "too much"));
    const other = failing === "client" ? far : near;
    expect(await other.over).toMatchObject({ code });
    expect([client.send(1), server.send("x")]).toEqual([false, false]);
    await client.drained();
  }
});

test("localBidis() report a callback that throws, and break", async () => {
  const { client, server, faults } = makePair();
  const near = receive(client);
  server.receive({
    message() {
      throw new Error("unexpected");
    },
    end() {},
    error() {},
  });
  client.send(1);
  expect(await near.over).toMatchObject({ code: "INTERNAL" });
  expect(faults).toEqual([new Error("unexpected")]);
});
