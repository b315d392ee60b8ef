import { connect, constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { RpcClient } from "../client/connect_rpc.ts";
import { answerOf, captureOf } from "../suite/example_messages.ts";
import { rawClient } from "../suite/raw_client.ts";
import { receive, startPair } from "../suite/rpc_pair.ts";
import { numbered, sendAll } from "../suite/send_all.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import { type Bidi, MESSAGE_BYTES_MAX } from "./bidi.ts";
import { RpcError } from "./rpc_error.ts";
import { INGEST_SERVICE, methodDefinition } from "./services.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const upTo = (count: number) => [...numbered(count, (number) => number)];

test("thousands of messages cross both ways at once, in order, and the stream ends cleanly", async () => {
  const COUNT = 3_000;
  const { client, nextCall, logged } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const served = await nextCall();
  const far = receive(served);
  const waits = await Promise.all([
    sendAll(
      call,
      numbered(COUNT, (number) => captureOf(number)),
    ),
    sendAll(
      served,
      numbered(COUNT, (number) => answerOf(number)),
    ),
  ]);
  call.end();
  expect(await far.over).toBe("end");
  served.end();
  expect(await near.over).toBe("end");
  expect(far.messages.map(({ captures }) => captures[0]?.number)).toEqual(upTo(COUNT));
  expect(near.messages.map(({ results }) => results[0]?.number)).toEqual(upTo(COUNT));
  expect([near.endings, far.endings]).toEqual([["end"], ["end"]]);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(logged).toEqual([]);
}, 30_000);

test("what a server sends after the client ended still arrives", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const served = await nextCall();
  const far = receive(served);
  call.send(captureOf(1));
  call.end();
  expect(await far.over).toBe("end");
  await sendAll(
    served,
    numbered(500, (number) => answerOf(number)),
  );
  served.end();
  expect(await near.over).toBe("end");
  expect(far.messages).toHaveLength(1);
  expect(near.messages).toHaveLength(500);
});

test("a server that ends first ends both sides, once", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const served = await nextCall();
  const far = receive(served);
  served.send(answerOf(1));
  served.end();
  expect(await near.over).toBe("end");
  expect(near.messages).toHaveLength(1);
  expect(await far.over).toBe("end");
  expect([near.endings, far.endings]).toEqual([["end"], ["end"]]);
  expect([call.send(captureOf(1)), served.send(answerOf(2))]).toEqual([false, false]);
  await Promise.all([call.drained(), served.drained()]);
});

/** Sixteen of them fill the window of a stream. */
const LARGE = new Uint8Array(64 * 1024);
/** Messages on the way to a peer that does not receive: 16 wait on either end, some are in the window between. */
const ON_THE_WAY_MAX = 48;

/** Sends until there is no room, and says how many that were. */
function fill<Out>(bidi: Bidi<never, Out>, make: (number: number) => Out): number {
  for (let number = 1; number <= 1_000; number++) {
    if (!bidi.send(make(number))) return number;
  }
  throw new Error("Cannot fill the stream: there is always room");
}

test("a client waits for room while the server does not receive", async () => {
  const { client, nextCall } = stack.use(await startPair({ admin: healthyAdmin() }));
  const call = client.capture();
  receive(call);
  const served = await nextCall();
  let sent = 0;
  let receiving = false;
  let full: Promise<void>;
  // As often as there is room, until it stays full.
  for (;;) {
    sent += fill(call, (number) => captureOf(sent + number, { body: LARGE }));
    full = call.drained();
    if (!(await roomSoon(full, client))) break;
    if (sent > ON_THE_WAY_MAX) throw new Error(`there is still room after ${sent} messages`);
  }
  expect(sent).toBeLessThanOrEqual(ON_THE_WAY_MAX);
  const order = full.then(() => expect(receiving).toBe(true));
  receiving = true;
  const far = receive(served);
  await order;
  await far.count(sent);
  expect(far.messages.map(({ captures }) => captures[0]?.number)).toEqual(upTo(sent));
});

test("a server waits for room while the client does not receive", async () => {
  const { client, nextCall } = stack.use(await startPair({ admin: healthyAdmin() }));
  const call = client.capture();
  const served = await nextCall();
  receive(served);
  const reason = "x".repeat(LARGE.length);
  let sent = 0;
  let receiving = false;
  let full: Promise<void>;
  for (;;) {
    sent += fill(served, (number) => answerOf(sent + number, reason));
    full = served.drained();
    if (!(await roomSoon(full, client))) break;
    if (sent > ON_THE_WAY_MAX) throw new Error(`there is still room after ${sent} messages`);
  }
  expect(sent).toBeLessThanOrEqual(ON_THE_WAY_MAX);
  expect(served.unsent).toBeGreaterThan(0);
  const order = full.then(() => expect(receiving).toBe(true));
  receiving = true;
  const near = receive(call);
  await order;
  await near.count(sent);
  await waitFor(() => served.unsent === 0, { what: "the last message to be out" });
  expect(near.messages.map(({ results }) => results[0]?.number)).toEqual(upTo(sent));
});

/** Whether there is room before a few calls went there and back: time enough for anything that was going to move. */
async function roomSoon(room: Promise<void>, client: RpcClient): Promise<boolean> {
  const calls = async () => {
    for (let call = 0; call < 20; call++) await client.admin.getHealth({});
    return false;
  };
  return await Promise.race([room.then(() => true), calls()]);
}

test("fail() of the server reaches the client as it is, after what was sent before", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const near = receive(client.capture());
  const served = await nextCall();
  const far = receive(served);
  const reason = new RpcError("RESOURCE_EXHAUSTED", "more in flight than 100 % of the window: é");
  served.send(answerOf(1));
  served.fail(reason);
  served.fail(new RpcError("INTERNAL", "twice"));
  expect(served.send(answerOf(2))).toBe(false);
  expect(await near.over).toMatchObject({ code: reason.code, message: reason.message });
  expect(near.messages).toHaveLength(1);
  expect(await far.over).toBe(reason);
  expect([near.endings.length, far.endings.length]).toEqual([1, 1]);
});

test("fail() of the server after the client ended is still an error to the client", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const served = await nextCall();
  const far = receive(served);
  call.end();
  expect(await far.over).toBe("end");
  served.fail(new RpcError("ABORTED", "too late"));
  expect(await near.over).toMatchObject({ code: "ABORTED", message: "too late" });
  expect(far.endings).toEqual(["end"]);
});

test("fail() of the client cancels, and is told to itself as it is", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const far = receive(await nextCall());
  const reason = new RpcError("DATA_LOSS", "an answer made no sense");
  call.fail(reason);
  expect(await near.over).toBe(reason);
  expect(await far.over).toMatchObject({ name: "RpcError", code: "CANCELLED" });
  expect([near.endings.length, far.endings.length]).toEqual([1, 1]);
});

test("fail() within a callback is told after it, and ends the messages", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const reason = new RpcError("INVALID_ARGUMENT", "no");
  const seen: string[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const served = await nextCall();
  served.receive({
    message() {
      seen.push("message begins");
      served.fail(reason);
      seen.push("message ends");
    },
    end: () => seen.push("end"),
    error(error) {
      seen.push(error === reason ? "the error" : "another error");
      resolve();
    },
  });
  const near = receive(call);
  await sendAll(
    call,
    numbered(50, (number) => captureOf(number)),
  );
  await over;
  expect(await near.over).toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(seen).toEqual(["message begins", "message ends", "the error"]);
});

test("a callback that throws breaks its own stream alone, and is logged", async () => {
  const { client, nextCall, logged } = stack.use(await startPair());
  const bug = new TypeError("undefined is not a function");
  const call = client.capture();
  const near = receive(call);
  const far = receive(await nextCall(), () => {
    throw bug;
  });
  const other = client.capture();
  receive(other);
  const otherFar = receive(await nextCall());
  call.send(captureOf(1));
  expect(await far.over).toMatchObject({ code: "INTERNAL", cause: bug });
  expect(await near.over).toMatchObject({ code: "INTERNAL" });
  expect(logged).toMatchObject([{ fields: { err: bug } }]);
  other.send(captureOf(2));
  await otherFar.count(1);
});

test("receive() is for one receiver", async () => {
  const { client } = stack.use(await startPair());
  const call = client.capture();
  receive(call);
  expect(() => receive(call)).toThrow("Cannot receive: the stream has a receiver");
});

test("an ending that came before receive() is told by it", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const served = await nextCall();
  call.fail(new RpcError("CANCELLED", "at once"));
  // The server is told the same way, whenever it begins to receive.
  await waitFor(() => !served.send(answerOf(1)), { what: "the server notice" });
  expect(await receive(served).over).toMatchObject({ code: "CANCELLED" });
  expect(await receive(call).over).toMatchObject({ message: "at once" });
});

test.each([[[]], [[Buffer.alloc(5)]]])(
  "a client that resets its call after %j is CANCELLED, and no end",
  async (messages) => {
    const { server, nextCall } = stack.use(await startPair());
    const session = connect(`http://${server.address}`);
    stack.defer(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": "/hookgate.v1.IngestService/Capture",
      "content-type": "application/grpc",
    });
    for (const message of [Buffer.alloc(0), ...messages]) stream.write(message);
    const far = receive(await nextCall());
    await far.count(messages.length);
    await delay(50);
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await far.over).toMatchObject({ code: "CANCELLED" });
  },
);

test("a message that is too large fails its own stream with RESOURCE_EXHAUSTED, on the client's side", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const near = receive(call);
  const far = receive(await nextCall());
  const other = client.capture();
  const otherNear = receive(other);
  const otherServed = await nextCall();
  const otherFar = receive(otherServed);
  const largest = captureOf(1, { body: new Uint8Array(MESSAGE_BYTES_MAX - 1_000) });
  other.send(largest);
  call.send(captureOf(1, { body: new Uint8Array(MESSAGE_BYTES_MAX) }));
  expect(await near.over).toMatchObject({ name: "RpcError", code: "RESOURCE_EXHAUSTED" });
  expect(await far.over).toMatchObject({ code: "CANCELLED" });
  await otherFar.count(1);
  otherServed.send(answerOf(1));
  await otherNear.count(1);
  expect([otherNear.endings, otherFar.endings]).toEqual([[], []]);
});

test("a message that is too large fails its own stream with RESOURCE_EXHAUSTED, on the server's side", async () => {
  const { server, nextCall } = stack.use(await startPair());
  const raw = stack.use(rawClient(server.address));
  const definition = methodDefinition(INGEST_SERVICE, "Capture");
  // Two streams of one connection.
  const small = raw.call(definition, captureOf(1));
  const smallServed = await nextCall();
  const smallFar = receive(smallServed);
  const large = raw.call(definition, captureOf(2, { body: new Uint8Array(MESSAGE_BYTES_MAX) }));
  const largeFar = receive(await nextCall());
  const refused = await large;
  expect(refused.code).toBe("RESOURCE_EXHAUSTED");
  expect(await largeFar.over).toMatchObject({ code: "CANCELLED" });
  expect(largeFar.messages).toEqual([]);
  expect(await smallFar.over).toBe("end");
  smallServed.send(answerOf(1));
  smallServed.end();
  expect(await small).toMatchObject({ code: "OK", answers: [{ results: [{ number: 1 }] }] });
});

test("an answer that is too large fails its own stream", async () => {
  const { client, nextCall } = stack.use(await startPair());
  const near = receive(client.capture());
  const served = await nextCall();
  const far = receive(served);
  served.send(answerOf(1, "x".repeat(MESSAGE_BYTES_MAX)));
  expect(await near.over).toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  expect(await far.over).toMatchObject({ name: "RpcError" });
});

test("bytes that are no message end the stream, and harm nothing else", async () => {
  const { server, client, nextCall } = stack.use(await startPair({ admin: healthyAdmin() }));
  const raw = stack.use(rawClient(server.address));
  const definition = {
    ...methodDefinition(INGEST_SERVICE, "Capture"),
    requestSerialize: () => Buffer.from([0xff, 0xff, 0xff]),
  };
  const garbled = raw.call(definition, {});
  const far = receive(await nextCall());
  expect((await garbled).code).toBe("INTERNAL");
  expect(await far.over).toMatchObject({ code: "CANCELLED" });
  expect((await client.admin.getHealth({})).queueSize).toBe(3);
});
