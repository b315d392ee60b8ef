import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectSocket } from "node:net";
import { waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Pair, startPair } from "../suite/rpc_pair.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** The turns in which streams of deliveries began. */
let begun: number[];
let turn: number;

async function start(): Promise<Pair> {
  begun = [];
  turn = 0;
  let counting = true;
  const count = () => {
    turn += 1;
    if (counting) setImmediate(count);
  };
  count();
  stack.defer(() => {
    counting = false;
  });
  return stack.use(
    await startPair({
      subscribe(call) {
        begun.push(turn);
        call.receive({ message() {}, end() {}, error() {} });
      },
      serverSecurity: {
        tokens: new Map([["secret", { name: "crm", scopes: ["subscribe:*"] }]]),
        tls: null,
      },
    }),
  );
}

async function openSession({ server }: Pair): Promise<ClientHttp2Session> {
  const session = connect(`http://${server.address}`);
  stack.defer(() => session.destroy());
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}

interface Call {
  stream: ClientHttp2Stream;
  /** What came of it: a status of gRPC, or how the stream was closed. */
  ended: Promise<string>;
}

function subscribe(session: ClientHttp2Session, token = "secret"): Call {
  const stream = session.request({
    ":method": "POST",
    ":path": "/hookgate.v1.SubscriptionService/Subscribe",
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${token}`,
  });
  const ended = new Promise<string>((resolve) => {
    stream.on("response", ({ "grpc-status": status }) => {
      if (status === undefined) return;
      resolve(`status ${status}`);
      stream.end();
    });
    stream.on("error", () => {}).on("close", () => resolve(`closed ${stream.rstCode}`));
  });
  stream.resume();
  // So that its headers go out.
  stream.write(Buffer.alloc(0));
  return { stream, ended };
}

/** An empty message: what gRPC puts before one. */
const MESSAGE = Buffer.alloc(5);

test("a connection has few calls open until a message has come on one", async () => {
  const session = await openSession(await start());
  const calls = Array.from({ length: 20 }, () => subscribe(session));
  await waitFor(() => begun.length === 4, { what: "the calls that may begin" });
  await new Promise((resolve) => session.ping(resolve));
  expect(begun).toHaveLength(4);
  calls[0]?.stream.write(MESSAGE);
  await waitFor(() => begun.length === 20, { what: "the other calls" });
  expect(session.remoteSettings.maxConcurrentStreams).toBe(128);
});

test("calls that come at once begin a few in each turn, and those that were reset before never do", async () => {
  const session = await openSession(await start());
  subscribe(session).stream.write(MESSAGE);
  await once(session, "remoteSettings");
  const calls = Array.from({ length: 100 }, () => subscribe(session));
  for (const { stream } of calls.slice(50)) stream.close(constants.NGHTTP2_CANCEL);
  await waitFor(() => begun.length >= 51, { what: "the calls that were not reset" });
  await Promise.all(calls.slice(50).map(({ ended }) => ended));
  expect(begun).toHaveLength(51);
  const perTurn = Map.groupBy(begun.slice(1), (turn) => turn);
  expect(Math.max(...[...perTurn.values()].map(({ length }) => length))).toBeLessThanOrEqual(16);
});

test("a connection whose calls are refused again and again is closed, and no other", async () => {
  const pair = await start();
  const [wrong, right] = [await openSession(pair), await openSession(pair)];
  for (let call = 0; call < 64; call += 1) {
    expect(await subscribe(wrong, "wrong").ended).toBe("status 16");
  }
  const closed = new Promise((resolve) => wrong.once("close", resolve));
  while (!wrong.destroyed && !wrong.closed) await subscribe(wrong, "wrong").ended;
  await closed;
  subscribe(right);
  await waitFor(() => begun.length === 1, { what: "the call of the other connection" });
});

test("strangers hold few connections: the oldest goes, and none whose caller is known", async () => {
  const pair = await start();
  const known = await openSession(pair);
  subscribe(known);
  await waitFor(() => begun.length === 1, { what: "the call" });
  const [host, port] = pair.server.address.split(":");
  let closed = 0;
  for (let stranger = 0; stranger < 300; stranger += 1) {
    const socket = connectSocket({ host, port: Number(port) });
    stack.defer(() => void socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => {
      closed += 1;
    });
    socket.resume();
  }
  await waitFor(() => closed >= 44, { what: "the ends of the oldest" });
  expect(closed).toBe(44);
  expect(known.destroyed).toBe(false);
});
