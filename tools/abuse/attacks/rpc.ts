import { randomUUID } from "node:crypto";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { connectRpc, type RpcClient, type SubscribeResponse } from "@hookgate/rpc";
import {
  type Attack,
  count,
  newOutcome,
  note,
  type Outcome,
  post,
  type Target,
} from "../attack.ts";
import { signed } from "./signed.ts";

const PACKAGE = "/hookgate.v1.";
const CAPTURE = `${PACKAGE}IngestService/Capture`;
const SUBSCRIBE = `${PACKAGE}SubscriptionService/Subscribe`;
const METHODS = [
  CAPTURE,
  `${PACKAGE}IngestService/Report`,
  SUBSCRIBE,
  `${PACKAGE}AdminService/ListEvents`,
  `${PACKAGE}AdminService/CreateReplay`,
];

/** Statuses of gRPC by number; `none` is a stream or connection that was closed without one. */
const STATUSES: Record<string, string> = {
  0: "OK",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  16: "UNAUTHENTICATED",
};

const REFUSED = ["UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "none"];

/** Larger than a message may be. */
const HUGE_BYTES = 40 * 1024 * 1024;

/** What gRPC puts before a message. */
function framed(message: Uint8Array, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** A connection to the dispatcher that does as it likes. */
async function openSession({ rpcAddress }: Target): Promise<ClientHttp2Session> {
  const session = connect(`http://${rpcAddress}`);
  session.on("error", () => {});
  await new Promise<void>((resolve) =>
    session.once("connect", () => resolve()).once("close", resolve),
  );
  return session;
}

interface RawCall {
  token?: string;
  bytes?: Uint8Array;
  /** Longest wait, in milliseconds. */
  ms: number;
}

/** The name of the status of one call. */
function call(
  session: ClientHttp2Session,
  path: string,
  { token, bytes, ms }: RawCall,
): Promise<string> {
  return new Promise((resolve) => {
    if (session.closed || session.destroyed) return resolve("none");
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    });
    const timer = setTimeout(() => end("open"), ms);
    const end = (status: string) => {
      clearTimeout(timer);
      resolve(status);
      stream.destroy();
    };
    const read = (headers: Record<string, unknown>) => {
      const number = headers["grpc-status"];
      if (typeof number === "string") end(STATUSES[number] ?? number);
    };
    stream.on("response", read).on("trailers", read);
    stream.on("error", () => {}).on("close", () => end("none"));
    stream.resume();
    if (bytes) stream.write(bytes);
    else stream.end(framed(new Uint8Array(0)));
  });
}

async function withoutCredentials(target: Target, outcome: Outcome): Promise<void> {
  const session = await openSession(target);
  for (const token of [undefined, "", "wrong", `${target.token}x`, target.token.slice(0, -1)]) {
    for (const path of METHODS) {
      const status = await call(session, path, {
        ms: 5_000,
        ...(token !== undefined && { token }),
      });
      count(outcome, status, ["UNAUTHENTICATED"], `${path} with a wrong token`);
    }
  }
  session.destroy();
}

async function hugeMessages(target: Target, outcome: Outcome): Promise<void> {
  const session = await openSession(target);
  const { token } = target;
  for (const length of [HUGE_BYTES, 0xffffffff]) {
    const bytes = framed(Buffer.alloc(64 * 1024), length);
    const status = await call(session, CAPTURE, { token, bytes, ms: 5_000 });
    count(outcome, status, ["RESOURCE_EXHAUSTED", "none"], `a message of ${length} bytes`);
  }
  session.destroy();
}

/** Opens streams faster than anybody should, without a first message, and leaves them open. */
async function manyStreams(target: Target, outcome: Outcome): Promise<void> {
  const streams = target.ms < 5_000 ? 1_000 : 10_000;
  const sessions = await Promise.all(Array.from({ length: 20 }, () => openSession(target)));
  const ends: Promise<void>[] = [];
  for (let number = 0; number < streams; number += 1) {
    const session = sessions[number % sessions.length];
    if (session === undefined) continue;
    const token = number % 2 === 0 ? target.token : "wrong";
    const path = number % 4 < 2 ? SUBSCRIBE : CAPTURE;
    const ended = call(session, path, { token, bytes: new Uint8Array(0), ms: 1_500 });
    ends.push(
      ended.then((status) => {
        // Those that stay open are legitimate: their caller has a token, and some time for a first message.
        const right =
          token === "wrong" ? [...REFUSED, "open"] : [...REFUSED, "open", "INVALID_ARGUMENT"];
        count(outcome, status, right, "one of many streams");
      }),
    );
    if (number % 500 === 499) await delay(100);
  }
  await Promise.all(ends);
  for (const session of sessions) session.destroy();
}

/** Opens streams and resets them at once (CVE-2023-44487). */
async function rapidReset(target: Target, outcome: Outcome): Promise<void> {
  const endAt = performance.now() + target.ms / 4;
  while (performance.now() < endAt) {
    const session = await openSession(target);
    for (let stream = 0; stream < 500 && !session.closed && !session.destroyed; stream += 1) {
      const request = session.request({
        ":method": "POST",
        ":path": CAPTURE,
        "content-type": "application/grpc",
        authorization: `Bearer ${target.token}`,
      });
      request.on("error", () => {});
      request.close(constants.NGHTTP2_CANCEL);
      outcome.used += 1;
    }
    await delay(100);
    session.destroy();
  }
}

/** A subscriber acknowledges what another one was given. */
async function foreignAcks(target: Target, outcome: Outcome): Promise<void> {
  const security = { token: target.token, tls: null };
  const clients = [0, 1].map(() => connectRpc({ address: target.rpcAddress, security }));
  const [one, two] = clients as [RpcClient, RpcClient];
  const type = `acked.${randomUUID()}`;
  // A round has a subscription of its own: one's types stay as they were opened.
  const name = `abuse_${randomUUID().replaceAll("-", "_")}`;
  const given = Promise.withResolvers<string>();
  const mine = subscribe(one, name, { type, events: (ids) => given.resolve(ids[0] ?? "") });
  const theirs = subscribe(two, "abuse_theirs", { type: "nothing", events() {} });
  await Promise.all([mine.opened, theirs.opened]);
  const body = JSON.stringify({ type, at: Date.now() });
  const own = { to: "bench", headers: signed(body, target.secret), body, from: "127.1.10.1" };
  const { status, text } = await post(target, own);
  count(outcome, status, [200], "the event");
  const ackId = await Promise.race([given.promise, delay(10_000, "")]);
  if (ackId === "") note(outcome, "the event reached no subscriber");
  theirs.ack([
    ackId,
    `${ackId}x`,
    "x".repeat(1_000),
    ...Array.from({ length: 1_000 }, () => randomUUID()),
  ]);
  await delay(500);
  const { eventId = "" } = status === 200 ? (JSON.parse(text) as { eventId: string }) : {};
  const { deliveries } = await one.admin.getEvent({ id: eventId });
  const delivery = deliveries.find(({ subscription }) => subscription === name);
  if (delivery?.state !== "DELIVERY_STATE_RUNNING") {
    note(outcome, `what another subscriber acknowledged is ${delivery?.state}`);
  }
  for (const client of clients) client.close();
}

function subscribe(
  client: RpcClient,
  name: string,
  { type, events }: { type: string; events: (ackIds: string[]) => void },
): { opened: Promise<void>; ack: (ids: string[]) => void } {
  const stream = client.subscribe();
  const opened = Promise.withResolvers<void>();
  stream.receive({
    message(message: SubscribeResponse) {
      if (message.opened) opened.resolve();
      if (message.events.length > 0) events(message.events.map(({ ackId }) => ackId));
    },
    end() {},
    error: (error) => opened.reject(error),
  });
  const nothing = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
  stream.send({
    ...nothing,
    open: {
      subscription: name,
      types: [type],
      sources: [],
      startPosition: "START_POSITION_NOW",
      startTimeMs: 0,
      outstandingEventsMax: 100,
      outstandingBytesMax: 0,
      change: false,
    },
  });
  return { opened: opened.promise, ack: (ackIds) => void stream.send({ ...nothing, ackIds }) };
}

/** Subscribes to everything, and never reads. */
async function neverReads(
  target: Target,
  outcome: Outcome,
  ended: Promise<unknown>,
): Promise<void> {
  const session = await openSession(target);
  const stream = session.request({
    ":method": "POST",
    ":path": SUBSCRIBE,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${target.token}`,
  });
  stream.on("error", () => {});
  const name = Buffer.from("abuse_stuck");
  // OpenSubscription { subscription = 1, outstanding_events_max = 6: 10,000 }
  const open = Buffer.concat([
    Buffer.from([0x0a, name.length]),
    name,
    Buffer.from([0x30, 0x90, 0x4e]),
  ]);
  stream.write(framed(Buffer.concat([Buffer.from([0x0a, open.length]), open])));
  const beating = setInterval(() => stream.write(framed(new Uint8Array(0))), 2_000);
  outcome.used += 1;
  await ended;
  clearInterval(beating);
  session.destroy();
}

/** The dispatcher's port: no credentials, huge messages, many streams, resets, acks for others, a reader that never reads. */
export const rpc: Attack = {
  id: "S10",
  name: "gRPC: no token, huge messages, many streams, resets, foreign acks, no reading",
  ratioMax: 1.1,
  growthBytesMax: 50 * 1024 * 1024,
  async run(target) {
    const outcome = newOutcome();
    const others = (async () => {
      await withoutCredentials(target, outcome);
      await hugeMessages(target, outcome);
      await foreignAcks(target, outcome);
      await manyStreams(target, outcome);
      await rapidReset(target, outcome);
    })();
    await Promise.all([
      others,
      neverReads(target, outcome, Promise.all([others, delay(target.ms)])),
    ]);
    return outcome;
  },
};
