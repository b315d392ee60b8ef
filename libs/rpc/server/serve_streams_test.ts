import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { SubscribeRequest, SubscribeResponse } from "../generated/messages.ts";
import { eventToMessage } from "../messages/event_message.ts";
import type { Tokens } from "../security/tokens.ts";
import { exampleEvent } from "../suite/example_messages.ts";
import { receive, startPair } from "../suite/rpc_pair.ts";
import type { Bidi } from "../transport/bidi.ts";
import { RpcError } from "../transport/rpc_error.ts";
import type { SubscribeCaller } from "./handlers.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const REQUEST: SubscribeRequest = {
  open: {
    subscription: "crm",
    types: ["payment.*"],
    sources: ["stripe/eu"],
    startPosition: "START_POSITION_TIME",
    startTimeMs: 1_763_950_000_123,
    outstandingEventsMax: 10_000,
    change: false,
    outstandingBytesMax: 64 * 1024 * 1024,
  },
  ackIds: ["1", "näh"],
  nacks: [
    { ackId: "2", delayMs: 0, reason: "näh", permanent: true },
    { ackId: "3", reason: "", permanent: false },
  ],
  extensions: [{ ackId: "4", deadlineMs: 600_000 }],
  drain: true,
};

const RESPONSE: SubscribeResponse = {
  opened: {
    created: true,
    types: ["payment.*"],
    sources: ["*"],
    ackDeadlineMs: 30_000,
    heartbeatMs: 5_000,
  },
  events: [
    {
      ...{ ackId: "1", deliveryId: "dlv_1", attempt: 2, traceparent: "", tracestate: "" },
      event: eventToMessage(exampleEvent()),
    },
  ],
  expiredAckIds: ["5"],
};

/** A server whose streams of deliveries are handed out, and a client's end of one. */
async function open(tokens: Tokens | null = null, token: string | null = null) {
  const arrived = Promise.withResolvers<{
    call: Bidi<SubscribeRequest, SubscribeResponse>;
    caller: SubscribeCaller;
  }>();
  const { client, logged } = stack.use(
    await startPair({
      subscribe: (call, caller) => arrived.resolve({ call, caller }),
      serverSecurity: { tokens, tls: null },
      clientSecurity: { token, tls: null },
    }),
  );
  return { call: client.subscribe(), arrived: arrived.promise, logged, client };
}

test("messages cross both ways, and absent fields stay absent", async () => {
  const { call, arrived } = await open();
  const near = receive(call);
  call.send(REQUEST);
  const served = (await arrived).call;
  const far = receive(served);
  await far.count(1);
  expect(far.messages[0]).toMatchObject(REQUEST);
  expect(far.messages[0]?.nacks.map((nack) => "delayMs" in nack)).toEqual([true, false]);
  served.send(RESPONSE);
  await near.count(1);
  expect(near.messages[0]).toMatchObject(RESPONSE);
  served.send({ opened: null, events: [], expiredAckIds: [] });
  await near.count(2);
  expect(near.messages[1]).toEqual({ opened: null, events: [], expiredAckIds: [] });
  call.end();
  expect(await far.over).toBe("end");
  served.end();
  expect(await near.over).toBe("end");
});

const ALL = { types: ["*"], sources: ["*"] };

test.each([
  ["without tokens", null, null, null],
  ["with a token for one", ["subscribe:crm"], "secret", [{ name: "crm", ...ALL }]],
  [
    "with a token for several",
    ["admin", "subscribe:crm-*", "subscribe:audit?types=payment.*,order.new&sources=crm/*"],
    "secret",
    [
      { name: "crm-*", ...ALL },
      { name: "audit", types: ["payment.*", "order.new"], sources: ["crm/*"] },
    ],
  ],
])("%s a caller's reach is that of its scopes", async (_what, scopes, token, reaches) => {
  const tokens = scopes && new Map([["secret", { name: "the crm", scopes }]]);
  const { call, arrived } = await open(tokens, token);
  receive(call);
  const { caller } = await arrived;
  // Only what it subscribes to, unless it operates.
  const only = scopes && !scopes.includes("admin") ? { only: reaches } : {};
  expect(caller).toEqual({ name: scopes ? "the crm" : "anybody", reaches, ...only });
});

test("a refusal reaches the client as it is", async () => {
  const { call, arrived } = await open();
  const near = receive(call);
  const served = (await arrived).call;
  receive(served);
  served.fail(new RpcError("FAILED_PRECONDITION", "“crm” is a handler"));
  expect(await near.over).toMatchObject({
    code: "FAILED_PRECONDITION",
    message: "“crm” is a handler",
  });
});

test("close() of the client breaks off its streams of deliveries, too", async () => {
  const { call, arrived, client } = await open();
  const near = receive(call);
  const far = receive((await arrived).call);
  client.close();
  expect(await near.over).toMatchObject({ code: "CANCELLED", message: "the client was closed" });
  expect(await far.over).toMatchObject({ code: "CANCELLED" });
  expect(() => client.subscribe()).toThrow(RpcError);
});

test("a message that cannot be handled breaks its stream, and is in the log", async () => {
  const { call, arrived, logged } = await open();
  const near = receive(call);
  (await arrived).call.receive({
    message() {
      throw new Error("secret");
    },
    end() {},
    error() {},
  });
  call.send(REQUEST);
  expect(await near.over).toMatchObject({
    code: "INTERNAL",
    message: "a message could not be handled",
  });
  expect(logged).toMatchObject([
    { message: "a subscriber's stream failed: handling a message threw" },
  ]);
});

test("a server without SubscriptionService is UNIMPLEMENTED", async () => {
  const { client } = stack.use(await startPair());
  expect(await receive(client.subscribe()).over).toMatchObject({ code: "UNIMPLEMENTED" });
});
