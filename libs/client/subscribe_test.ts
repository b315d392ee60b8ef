import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { RpcError } from "@hookgate/rpc";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { PermanentError } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { subscribe } from "./subscribe.ts";
import type { TypesOf } from "./subscriber.ts";
import { deliveryOf, scriptedDispatcher } from "./suite/scripted_dispatcher.ts";

const until = (what: string, condition: () => boolean) => waitFor(condition, { what });

test("subscribe() opens what its options say, and acknowledges events after their handler has returned", async () => {
  await using dispatcher = await scriptedDispatcher();
  const got: unknown[] = [];
  const start = new Date(1_800_000_000_000);
  const subscriber = subscribe(
    {
      address: dispatcher.address,
      name: "crm",
      events: ["payment.*"],
      sources: ["academy"],
      start,
      concurrency: 3,
      bytesMax: 1_000,
    },
    async (event, context) => {
      const { signal, ...rest } = context;
      got.push({ ...event, aborted: signal.aborted, ...rest });
    },
  );
  await subscriber.opened;
  const stream = await dispatcher.stream();
  expect(stream.requests[0]?.open).toEqual({
    subscription: "crm",
    types: ["payment.*"],
    sources: ["academy"],
    startPosition: "START_POSITION_TIME",
    startTimeMs: start.getTime(),
    outstandingEventsMax: 3,
    outstandingBytesMax: 1_000,
    change: false,
  });
  const body = Buffer.from('{"type":"payment.success","timestamp":"2026-01-02","data":{"n":1}}');
  const headers = Buffer.from("A: 1\r\nx-b: 2\r\na: 3\r\nno colon\r\n");
  const delivery = deliveryOf(
    {
      ...{ type: "payment.success", source: "academy", provider: "generic", body, headers },
      flags: ["may_repeat"],
    },
    { attempt: 2 },
  );
  stream.send({ events: [delivery] });
  await until("the acknowledgement", () => stream.ackIds().length === 1);
  expect(stream.ackIds()).toEqual([delivery.ackId]);
  expect(got).toEqual([
    {
      id: delivery.event?.id,
      type: "payment.success",
      timestamp: "2026-01-02",
      data: { n: 1 },
      source: "academy",
      provider: "generic",
      receivedAt: new Date(delivery.event?.receivedAtMs ?? 0),
      headers: { a: "1, 3", "x-b": "2" },
      body: new Uint8Array(body),
      flags: ["may_repeat"],
      deliveryId: delivery.deliveryId,
      attempt: 2,
      aborted: false,
    },
  ]);
  await subscriber.close();
});

test.each<[string, () => unknown, object]>([
  ["an error", () => new Error("no"), { reason: "Error: no", permanent: false }],
  ["a permanent error", () => new PermanentError("never"), { permanent: true }],
  ["retry: false", () => ({ retry: false }), { permanent: true }],
  [
    "a wait of its own",
    () => Object.assign(new Error("later"), { retryAfterMs: 1_500.5 }),
    { delayMs: 1_501, permanent: false },
  ],
  ["a negative wait", () => ({ retryAfterMs: -1 }), { permanent: false }],
  ["a string", () => "broken", { reason: "broken" }],
  ["nothing", () => undefined, { reason: "undefined" }],
  [
    "what has no text",
    () => ({
      toString() {
        throw new Error("no text");
      },
    }),
    { reason: "an error without a text" },
  ],
])("subscribe() refuses a delivery whose handler throws %s", async (_what, thrown, nack) => {
  await using dispatcher = await scriptedDispatcher();
  const warned: object[] = [];
  const subscriber = subscribe(
    {
      address: dispatcher.address,
      name: "crm",
      log: { info() {}, warn: (fields) => void warned.push(fields) },
    },
    () => {
      throw thrown();
    },
  );
  const stream = await dispatcher.stream();
  const delivery = deliveryOf();
  stream.send({ events: [delivery] });
  await until("the refusal", () => stream.nacks().length === 1);
  expect(stream.nacks()[0]).toMatchObject({ ackId: delivery.ackId, ...nack });
  expect(stream.nacks()[0]?.delayMs !== undefined).toBe("delayMs" in nack);
  expect(stream.ackIds()).toEqual([]);
  expect(warned).toMatchObject([{ delivery: delivery.deliveryId, attempt: 1 }]);
  await subscriber.close();
});

test("subscribe() extends the time of a running handler, and sends heartbeats", async () => {
  await using dispatcher = await scriptedDispatcher({ ackDeadlineMs: 60, heartbeatMs: 20 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, () => promise);
  const stream = await dispatcher.stream();
  const delivery = deliveryOf();
  stream.send({ events: [delivery] });
  // The dispatcher's own heartbeats; without them the client would reconnect.
  const beating = setInterval(() => stream.send({}), 10);
  await until("two extensions", () => stream.extensions().length >= 2);
  expect(stream.extensions()[0]).toEqual({ ackId: delivery.ackId, deadlineMs: 0 });
  const empty = () =>
    stream.requests.filter(
      ({ open, ackIds, nacks, extensions }) =>
        !open && ackIds.length + nacks.length + extensions.length === 0,
    );
  await until("a sign of life", () => empty().length > 0);
  resolve();
  await until("the acknowledgement", () => stream.ackIds().length === 1);
  clearInterval(beating);
  await subscriber.close();
});

test("subscribe() aborts a handler whose time is up, and sends no answer for it", async () => {
  await using dispatcher = await scriptedDispatcher();
  const { promise, resolve } = Promise.withResolvers<void>();
  let reason: unknown = null;
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, async (_, context) => {
    context.signal.addEventListener("abort", () => {
      reason = context.signal.reason;
      resolve();
    });
    await promise;
  });
  const stream = await dispatcher.stream();
  const late = deliveryOf();
  stream.send({ events: [late] });
  stream.send({ expiredAckIds: [late.ackId] });
  await promise;
  expect(reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  stream.send({ events: [deliveryOf()] });
  await until("the other's acknowledgement", () => stream.ackIds().length === 1);
  expect(stream.ackIds()).not.toContain(late.ackId);
  await subscriber.close();
});

test("a handler that asks for its signal after its time was up gets an aborted one", async () => {
  await using dispatcher = await scriptedDispatcher();
  const [late, next] = [deliveryOf(), deliveryOf()];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { promise: asked, resolve: answer } = Promise.withResolvers<AbortSignal>();
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, async (_, context) => {
    if (context.deliveryId === next.deliveryId) return resolve();
    await promise;
    answer(context.signal);
  });
  const stream = await dispatcher.stream();
  stream.send({ events: [late] });
  stream.send({ expiredAckIds: [late.ackId] });
  stream.send({ events: [next] });
  const signal = await asked;
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  await until("the other's acknowledgement", () => stream.ackIds().length > 0);
  expect(stream.ackIds()).toEqual([next.ackId]);
  await subscriber.close();
});

test.each<[string, (stream: { end(): void; fail(error: RpcError): void }) => void]>([
  ["ends", (stream) => stream.end()],
  ["fails", (stream) => stream.fail(new RpcError("UNAVAILABLE", "shutting down"))],
])("subscribe() reconnects if the stream %s, and aborts running handlers", async (_what, lose) => {
  await using dispatcher = await scriptedDispatcher();
  const aborted: boolean[] = [];
  const waits: unknown[] = [];
  const subscriber = subscribe(
    {
      address: dispatcher.address,
      name: "crm",
      random: () => 0,
      log: { info() {}, warn: ({ waitMs }) => void waits.push(waitMs) },
    },
    (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          aborted.push(true);
          resolve();
        });
      }),
  );
  const first = await dispatcher.stream();
  first.send({ events: [deliveryOf()] });
  await subscriber.opened;
  lose(first);
  const second = await dispatcher.stream(1);
  expect(second.requests[0]?.open?.subscription).toBe("crm");
  expect(aborted).toEqual([true]);
  expect(waits).toEqual([0]);
  await subscriber.close();
});

test("subscribe() changes a filter with its first stream only: an older release does not take it back", async () => {
  await using dispatcher = await scriptedDispatcher();
  const { address } = dispatcher;
  const options = { address, name: "crm", events: ["a"], change: true, random: () => 0 };
  const subscriber = subscribe(options, () => {});
  const first = await dispatcher.stream();
  await subscriber.opened;
  first.end();
  const second = await dispatcher.stream(1);
  const opened = [first, second].map(({ requests }) => requests[0]?.open);
  expect(opened).toMatchObject([
    { types: ["a"], change: true },
    { types: ["a"], change: false },
  ]);
  await subscriber.close();
});

test("subscribe() refuses an event whose handler never ends, aborts it, and frees its place", async () => {
  await using dispatcher = await scriptedDispatcher();
  let reason: unknown;
  const failed: unknown[] = [];
  const log = { info() {}, warn: ({ err }: { err?: unknown }) => void failed.push(err) };
  const subscriber = subscribe(
    { address: dispatcher.address, name: "crm", timeoutMs: 20, log },
    (_event, { signal }) => {
      signal.addEventListener("abort", () => {
        reason = signal.reason;
      });
      return new Promise(() => {});
    },
  );
  const stream = await dispatcher.stream();
  const delivery = deliveryOf();
  stream.send({ events: [delivery] });
  const nacks = () => stream.requests.flatMap(({ nacks }) => nacks);
  await until("the refusal", () => nacks().length > 0);
  const text = "the handler was not done after 20 ms";
  expect(nacks()).toMatchObject([
    { ackId: delivery.ackId, permanent: false, reason: expect.stringContaining(text) },
  ]);
  expect(reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  expect(failed).toHaveLength(1);
  // Nothing runs any more, so it need not wait.
  await subscriber.close();
});

test.each([0, -1, Number.NaN, 2 ** 31])("subscribe() refuses a timeoutMs of %p", (timeoutMs) => {
  const options = { address: "127.0.0.1:1", name: "crm", timeoutMs };
  expect(() => subscribe(options, () => {})).toThrow(RangeError);
});

test("subscribe() gives up a silent dispatcher", async () => {
  await using dispatcher = await scriptedDispatcher({ heartbeatMs: 10 });
  const subscriber = subscribe(
    { address: dispatcher.address, name: "crm", random: () => 0 },
    () => {},
  );
  await dispatcher.stream(1);
  await subscriber.close();
});

test.each([
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "PERMISSION_DENIED",
  "UNAUTHENTICATED",
] as const)("subscribe() ends if it is refused with %s", async (code) => {
  const refusal = new RpcError(code, "no");
  await using dispatcher = await scriptedDispatcher({ refuse: () => refusal });
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, () => {});
  await expect(subscriber.closed).rejects.toMatchObject({ code });
  await expect(subscriber.opened).rejects.toMatchObject({ code });
  expect(dispatcher.streams).toHaveLength(1);
});

test("close() waits for running handlers, acknowledges them, and takes no new events", async () => {
  await using dispatcher = await scriptedDispatcher();
  const { promise, resolve } = Promise.withResolvers<void>();
  let began = 0;
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, () => {
    began += 1;
    return promise;
  });
  const stream = await dispatcher.stream();
  const delivery = deliveryOf();
  stream.send({ events: [delivery] });
  await until("it to begin", () => began === 1);
  const closed = subscriber.close();
  await until("the drain", () => stream.requests.some(({ drain }) => drain));
  expect(stream.ending).toBeNull();
  resolve();
  await closed;
  expect(stream.ackIds()).toEqual([delivery.ackId]);
  expect(stream.ending).toBe("end");
  await subscriber.closed;
});

test("leave() ends at once and answers nothing, so that running events go back", async () => {
  await using dispatcher = await scriptedDispatcher();
  let given: AbortSignal | undefined;
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, (_, { signal }) => {
    given = signal;
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  const stream = await dispatcher.stream();
  stream.send({ events: [deliveryOf()] });
  await until("it to begin", () => given !== undefined);
  const closed = subscriber.close();
  subscriber.leave();
  await Promise.all([closed, subscriber.closed]);
  expect(given?.aborted).toBe(true);
  await until("the end", () => stream.ending !== null);
  expect([stream.ackIds(), stream.nacks(), dispatcher.streams.length]).toEqual([[], [], 1]);
  subscriber.leave();
});

test("close() ends a subscriber that never reached a dispatcher", async () => {
  const dispatcher = await scriptedDispatcher();
  await dispatcher[Symbol.asyncDispose]();
  const subscriber = subscribe({ address: dispatcher.address, name: "crm" }, () => {});
  await subscriber.close();
  await expect(subscriber.opened).rejects.toMatchObject({ code: "CANCELLED" });
});

test("subscribe() sends its token, and is refused without one", async () => {
  const tokens = new Map([["t1", { name: "crm", scopes: ["subscribe:crm"] }]]);
  await using dispatcher = await scriptedDispatcher({ security: { tokens, tls: null } });
  const { address } = dispatcher;
  const subscriber = subscribe({ address, name: "crm", token: "t1" }, () => {});
  await subscriber.opened;
  await subscriber.close();
  const stranger = subscribe({ address, name: "crm" }, () => {});
  await expect(stranger.closed).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("subscribe() uses TLS, sends its certificate, and trusts the given authority", async () => {
  await using folder = await temporaryDirectory();
  const key = join(folder.path, "key.pem");
  const cert = join(folder.path, "cert.pem");
  const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...subject];
  await promisify(execFile)("openssl", ["req", ...made, "-keyout", key, "-out", cert]);
  const pair = { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
  // The server requires a certificate signed by its own, so the same certificate.
  const security = { tokens: null, tls: { ...pair, ca: pair.cert } };
  await using dispatcher = await scriptedDispatcher({ security });
  const { address } = dispatcher;
  const tls = { ca: pair.cert, ...pair };
  const subscriber = subscribe({ address, name: "crm", tls }, () => {});
  await subscriber.opened;
  await subscriber.close();
  const lost: unknown[] = [];
  const log = { info() {}, warn: ({ err }: { err?: unknown }) => void lost.push(err) };
  const trusting = subscribe({ address, name: "crm", tls: { ...pair }, log }, () => {});
  await until("the refusal", () => lost.length > 0);
  expect(lost[0]).toMatchObject({ code: "UNAVAILABLE" });
  await trusting.close();
  expect(dispatcher.streams).toHaveLength(1);
});

test("the type of an event is one of the requested ones", () => {
  type Asked = TypesOf<"payment.failed" | "course.*">;
  const name = "payment.failed" satisfies Asked;
  const started = "course.enrolled" satisfies Asked;
  // @ts-expect-error There is no other type.
  const other = "payment.success" satisfies Asked;
  expect([name, started, other]).toHaveLength(3);
});
