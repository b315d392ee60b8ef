import {
  type Bidi,
  connectRpc,
  type OpenSubscriptionMessage,
  type RpcClient,
  RpcError,
  type SubscribeRequest,
  type SubscribeResponse,
  startRpcServer,
  type Tokens,
} from "@hookgate/rpc";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { newId, type Pause, type Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DeliveryLoop } from "../../delivery/delivery_loop.ts";
import { leavingHeaders } from "../../headers/leaving_headers.ts";
import { decideChange } from "../../store/contract/decide_subscriptions.ts";
import { StoreUnavailableError } from "../../store/contract/event_store.ts";
import type {
  ChangeResult,
  OpenedSubscription,
  StoredSubscription,
  SubscriptionFilter,
  SubscriptionSet,
  Subscriptions,
} from "../../store/contract/subscriptions.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite_store.ts";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleClaimed, sampleSubscription } from "../../suite/sample_claimed.ts";
import type { DeliveryTarget, TargetResult } from "../target.ts";
import { StreamTarget } from "./stream_target.ts";
import { type SubscribeOptions, subscribeHandlers } from "./subscribe.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const OPEN: OpenSubscriptionMessage = {
  subscription: "crm",
  types: [],
  sources: [],
  startPosition: "START_POSITION_UNSPECIFIED",
  startTimeMs: 0,
  outstandingEventsMax: 0,
  outstandingBytesMax: 0,
  change: false,
};

/** The set of subscriptions, in memory. */
class SubscriptionsFake
  implements Pick<Subscriptions, "subscriptions" | "openSubscription" | "changeSubscription">
{
  readonly stored = new Map<string, StoredSubscription>();
  #revision = 0;

  add(definition: Subscription, paused: Pause | null = null): void {
    const origin = "configuration";
    this.stored.set(definition.name, { definition, origin, paused });
  }

  async subscriptions(): Promise<SubscriptionSet> {
    return { revision: this.#revision, subscriptions: [...this.stored.values()] };
  }

  async openSubscription(definition: Subscription): Promise<OpenedSubscription> {
    const there = this.stored.get(definition.name);
    const subscription = there ?? { definition, origin: "stream" as const, paused: null };
    this.stored.set(definition.name, subscription);
    if (!there) this.#revision += 1;
    return { created: !there, subscription, set: await this.subscriptions() };
  }

  async changeSubscription(name: string, filter: SubscriptionFilter): Promise<ChangeResult> {
    const before = await this.subscriptions();
    const { changed, result } = decideChange(before, { name, filter, now: 0 });
    for (const one of changed) this.stored.set(name, one);
    this.#revision += changed.length;
    return result(await this.subscriptions());
  }
}

/** A client's end of a stream. */
class Reader {
  readonly call: Bidi<SubscribeResponse, SubscribeRequest>;
  readonly messages: SubscribeResponse[] = [];
  /** How the stream ended; null while it lives. */
  over: "end" | RpcError | null = null;

  constructor(call: Bidi<SubscribeResponse, SubscribeRequest>) {
    this.call = call;
  }

  /** Starts reading, and treats each message as asked. */
  read(onMessage: (message: SubscribeResponse) => void = () => {}): this {
    this.call.receive({
      message: (message) => {
        this.messages.push(message);
        onMessage(message);
      },
      end: () => {
        this.over = "end";
      },
      error: (error) => {
        this.over = error;
      },
    });
    return this;
  }

  say(message: Partial<SubscribeRequest>): void {
    const nothing = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
    this.call.send({ ...nothing, ...message });
  }

  get ackIds(): string[] {
    return this.messages.flatMap(({ events }) => events.map(({ ackId }) => ackId));
  }

  async opened(): Promise<SubscribeResponse["opened"]> {
    await waitFor(() => this.messages.length > 0 || this.over, { what: "an answer" });
    return this.messages[0]?.opened ?? null;
  }

  async refused(): Promise<RpcError> {
    await waitFor(() => this.over, { what: "the end" });
    if (this.over instanceof RpcError) return this.over;
    throw new Error("the stream was not refused");
  }
}

/** One token, "secret", with these scopes. */
function tokensWith(...scopes: string[]): Tokens {
  return new Map([["secret", { name: "the crm", scopes }]]);
}

/** A server with a target, and what else its subscriptions need. */
async function startRig(options: Partial<SubscribeOptions> & { tokens?: Tokens } = {}) {
  const { log, lines } = recordingLog();
  const subscriptions = new SubscriptionsFake();
  const followed: number[] = [];
  /** Backfills made, and what became of them. */
  const backfills: object[] = [];
  const woken: string[] = [];
  const wake: { it: (name: string) => void } = { it: (name) => woken.push(name) };
  const target = new StreamTarget({
    headersOf: (event) => leavingHeaders(event, []),
    wake: (name) => wake.it(name),
    log,
  });
  const handlers = subscribeHandlers({
    store: subscriptions,
    target,
    idleMs: () => 86_400_000,
    follow: ({ revision }) => void followed.push(revision),
    async backfill(asked) {
      const made = { ...asked, state: "waiting" };
      backfills.push(made);
      return {
        start() {
          made.state = "started";
        },
        async cancel() {
          made.state = "cancelled";
        },
      };
    },
    log,
    ...options,
  });
  const { tokens = null } = options;
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens, tls: null },
    ingest: null,
    admin: null,
    subscription: handlers,
    log,
  });
  stack.defer(async () => {
    await target.close({ graceMs: 0 });
    await server.close({ graceMs: 0 });
  });
  const connect = (token: string | null = null): RpcClient => {
    const { address } = server;
    return stack.adopt(connectRpc({ address, security: { token, tls: null } }), (client) =>
      client.close(),
    );
  };
  const client = connect();
  const open = (
    changes: Partial<OpenSubscriptionMessage> = {},
    from: RpcClient = client,
  ): Reader => {
    const reader = new Reader(from.subscribe());
    reader.say({ open: { ...OPEN, ...changes } });
    return reader;
  };
  return { subscriptions, target, followed, backfills, woken, wake, lines, connect, open };
}

test("a name that is new is stored as asked for, and served from then on", async () => {
  const rig = await startRig();
  const reader = rig.open({ types: ["payment.*"], sources: ["stripe/*"] }).read();
  expect(await reader.opened()).toEqual({
    created: true,
    types: ["payment.*"],
    sources: ["stripe/*"],
    ackDeadlineMs: 30_000,
    heartbeatMs: 5_000,
  });
  expect(rig.subscriptions.stored.get("crm")).toMatchObject({
    origin: "stream",
    definition: {
      events: ["payment.*"],
      sources: ["stripe/*"],
      where: [],
      orderBy: null,
      target: { kind: "stream" },
      retry: { name: "standard" },
      timeoutMs: 30_000,
      backlog: { deliveriesMax: 1_000_000, bytesMax: 4_294_967_296, ageMsMax: 604_800_000 },
    },
  });
  expect([rig.followed, rig.woken, rig.backfills]).toEqual([[1], ["crm"], []]);
  expect(rig.target.streams("crm")).toBe(1);
});

test.each<[string, Partial<OpenSubscriptionMessage>]>([
  ["no filter", {}],
  ["the same in another order", { types: ["b", "a.*"], sources: ["t", "s"] }],
  ["the same twice", { types: ["a.*", "b", "b"] }],
  ["only the sources", { sources: ["s", "t"] }],
  ["a beginning that is long past", { startPosition: "START_POSITION_EARLIEST" }],
])("a name that is there is opened with %s", async (_what, open) => {
  const rig = await startRig();
  const there = { events: ["a.*", "b"], sources: ["s", "t"], timeoutMs: 1_500 };
  rig.subscriptions.add(sampleSubscription({ name: "crm", target: { kind: "stream" }, ...there }));
  const reader = rig.open(open).read();
  expect(await reader.opened()).toEqual({
    created: false,
    types: ["a.*", "b"],
    sources: ["s", "t"],
    ackDeadlineMs: 1_500,
    heartbeatMs: 5_000,
  });
  expect([rig.followed, rig.backfills]).toEqual([[], []]);
});

test.each<[Partial<OpenSubscriptionMessage>, object[]]>([
  [{ startPosition: "START_POSITION_NOW" }, []],
  [
    { startPosition: "START_POSITION_EARLIEST" },
    [{ subscription: "crm", from: 0, state: "started" }],
  ],
  [
    { startPosition: "START_POSITION_TIME", startTimeMs: 1_763_950_000_123 },
    [{ subscription: "crm", from: 1_763_950_000_123, state: "started" }],
  ],
])("a new name begins where it is asked to: %p", async (open, backfills) => {
  const rig = await startRig();
  const reader = rig.open(open).read();
  expect(await reader.opened()).toMatchObject({ created: true });
  expect(rig.backfills).toEqual(backfills);
  expect(await rig.open(open).read().opened()).toMatchObject({ created: false });
  expect(rig.backfills).toEqual(backfills);
});

const EARLIEST = { startPosition: "START_POSITION_EARLIEST" } as const;

test("a beginning in the past is not lost with the answer to the opening", async () => {
  const rig = await startRig();
  const { subscriptions } = rig;
  const open = subscriptions.openSubscription.bind(subscriptions);
  subscriptions.openSubscription = async (definition) => {
    await open(definition);
    throw new StoreUnavailableError("Cannot open a subscription: the answer was lost");
  };
  expect(await rig.open(EARLIEST).read().refused()).toMatchObject({ code: "UNAVAILABLE" });
  subscriptions.openSubscription = open;
  expect(await rig.open(EARLIEST).read().opened()).toMatchObject({ created: false });
  // It waits until the subscription is stored, which it is.
  expect(rig.backfills).toEqual([{ subscription: "crm", from: 0, state: "waiting" }]);
});

test("a name whose beginning cannot be made is not opened", async () => {
  const fails = new StoreUnavailableError("away");
  const rig = await startRig({ backfill: () => Promise.reject(fails) });
  expect(await rig.open(EARLIEST).read().refused()).toMatchObject({ code: "UNAVAILABLE" });
  expect(rig.subscriptions.stored.size).toBe(0);
});

test("a beginning in the past is cancelled if another subscriber opened the name first, or none can", async () => {
  const rig = await startRig();
  const { subscriptions } = rig;
  const open = subscriptions.openSubscription.bind(subscriptions);
  subscriptions.openSubscription = async (definition) => {
    await open(definition);
    return open(definition);
  };
  expect(await rig.open(EARLIEST).read().opened()).toMatchObject({ created: false });
  subscriptions.openSubscription = () => Promise.reject(new RangeError("there are 1000 names"));
  const other = { ...EARLIEST, subscription: "other" };
  expect(await rig.open(other).read().refused()).toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  expect(rig.backfills).toEqual([
    { subscription: "crm", from: 0, state: "cancelled" },
    { subscription: "other", from: 0, state: "cancelled" },
  ]);
});

const HANDLER = sampleSubscription({ name: "enrolments" });
const ENDPOINT = sampleSubscription({
  name: "hooks",
  target: {
    kind: "endpoint",
    url: "https://example.com",
    secrets: [],
    forwardHeaders: false,
    headers: [],
    ratePerSecond: null,
  },
});
const REMOVED = sampleSubscription({ name: "removed", target: { kind: "stream" } });
const ANALYTICS = sampleSubscription({
  name: "analytics",
  target: { kind: "stream" },
  events: ["payment.*"],
});

test.each<[string, Partial<OpenSubscriptionMessage>, string, string]>([
  ["a bad name", { subscription: "a/b" }, "INVALID_ARGUMENT", "subscription needs 1 to 100"],
  ["too many patterns", { types: Array(101).fill("a") }, "INVALID_ARGUMENT", "types are at most"],
  ["too much credit", { outstandingEventsMax: 10_001 }, "INVALID_ARGUMENT", "outstanding_events"],
  ["a handler", { subscription: "enrolments" }, "FAILED_PRECONDITION", "enrolments has a handler"],
  ["an endpoint", { subscription: "hooks" }, "FAILED_PRECONDITION", "hooks has an endpoint"],
  [
    "one that was removed",
    { subscription: "removed" },
    "FAILED_PRECONDITION",
    "no longer in the configuration",
  ],
  [
    "other types",
    { subscription: "analytics", types: ["payment.*", "course.*"] },
    "FAILED_PRECONDITION",
    'analytics has other types: "payment.*"',
  ],
  [
    "fewer sources",
    { subscription: "analytics", sources: ["stripe"] },
    "FAILED_PRECONDITION",
    'analytics has other sources: "*"',
  ],
])("%s is refused", async (_what, open, code, message) => {
  const rig = await startRig();
  rig.subscriptions.add(HANDLER);
  rig.subscriptions.add(ENDPOINT);
  rig.subscriptions.add(REMOVED, { by: "configuration", reason: "", at: 0 });
  rig.subscriptions.add(ANALYTICS);
  const error = await rig.open(open).read().refused();
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(message);
  expect([rig.target.size, rig.subscriptions.stored.size]).toEqual([0, 4]);
});

test("change replaces the filter of a name that a subscriber opened", async () => {
  const rig = await startRig();
  expect(
    await rig
      .open({ types: ["payment.*"] })
      .read()
      .opened(),
  ).toMatchObject({ created: true });
  const types = ["payment.*", "course.*"];
  const refusal = await rig.open({ types }).read().refused();
  expect(refusal.message).toBe(
    'Cannot subscribe: crm has other types: "payment.*"; subscribe with change: true to replace its filter, ' +
      "or use npx hookgate subscriptions change",
  );
  const opened = await rig.open({ types, change: true }).read().opened();
  expect(opened).toMatchObject({ created: false, types, sources: ["*"] });
  expect(rig.followed.at(-1)).toBe(2);
  expect(rig.subscriptions.stored.get("crm")?.definition.events).toEqual(types);
  // What is left out stays.
  const narrowed = await rig
    .open({ sources: ["stripe"], change: true })
    .read()
    .opened();
  expect(narrowed).toMatchObject({ types, sources: ["stripe"] });
});

test("change adopts a stream that left the configuration, and nothing that is in it", async () => {
  const rig = await startRig();
  rig.subscriptions.add(ANALYTICS);
  const open = { subscription: "analytics", types: ["course.*"], change: true };
  expect(await rig.open(open).read().refused()).toMatchObject({
    code: "FAILED_PRECONDITION",
    message: expect.stringContaining("change them in the configuration"),
  });
  rig.subscriptions.add(ANALYTICS, { by: "configuration", reason: "", at: 0 });
  expect(await rig.open(open).read().opened()).toMatchObject({ types: ["course.*"] });
  rig.subscriptions.add(HANDLER);
  const handler = { subscription: "enrolments", types: ["a"], change: true };
  expect(await rig.open(handler).read().refused()).toMatchObject({ code: "FAILED_PRECONDITION" });
});

test("a name that is being deleted is refused as temporary", async () => {
  const rig = await startRig();
  rig.subscriptions.add(ANALYTICS, { by: "deletion", reason: "", at: 0 });
  for (const change of [false, true]) {
    const reader = rig.open({ subscription: "analytics", change }).read();
    expect(await reader.refused()).toMatchObject({ code: "UNAVAILABLE" });
  }
});

test("the stream of a name that is deleted ends for good, and others stay", async () => {
  const rig = await startRig();
  const [gone, kept] = [rig.open().read(), rig.open({ subscription: "other" }).read()];
  await Promise.all([gone.opened(), kept.opened()]);
  rig.target.end(["crm", "none"]);
  expect(await gone.refused()).toMatchObject({
    code: "FAILED_PRECONDITION",
    message: expect.stringContaining("subscription crm was deleted"),
  });
  expect(kept.over).toBeNull();
});

test("one that an operator has paused is opened: its deliveries wait", async () => {
  const rig = await startRig();
  rig.subscriptions.add(ANALYTICS, { by: "operator", reason: "", at: 0 });
  const reader = rig.open({ subscription: "analytics" }).read();
  expect(await reader.opened()).toMatchObject({ created: false });
});

test("a first message that opens nothing is refused", async () => {
  const rig = await startRig();
  const reader = new Reader(rig.connect().subscribe()).read();
  reader.say({ ackIds: ["1"] });
  expect(await reader.refused()).toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("a token opens the names of its scopes, and learns nothing of others", async () => {
  const rig = await startRig({ tokens: tokensWith("subscribe:crm") });
  rig.subscriptions.add(HANDLER);
  const client = rig.connect("secret");
  expect(await rig.open({}, client).read().opened()).toMatchObject({ created: true });
  for (const subscription of ["enrolments", "other"]) {
    expect(await rig.open({ subscription }, client).read().refused()).toMatchObject({
      code: "PERMISSION_DENIED",
      message: `Cannot subscribe: the token lacks the scope "subscribe:${subscription}"`,
    });
  }
  expect([...rig.subscriptions.stored.keys()]).toEqual(["enrolments", "crm"]);
});

test("a scope with a reach opens a new name with all of it, and never with more", async () => {
  const rig = await startRig({
    tokens: tokensWith("subscribe:crm?sources=crm/*&types=payment.*", "subscribe:team-*"),
  });
  const client = rig.connect("secret");
  const code = "PERMISSION_DENIED";
  for (const more of [{ types: ["*"] }, { types: ["course.enrolled"] }, { sources: ["*"] }]) {
    expect(await rig.open(more, client).read().refused()).toMatchObject({
      code,
      message:
        "Cannot subscribe: the token's scopes for crm do not allow all of these types and sources",
    });
  }
  expect([...rig.subscriptions.stored.keys()]).toEqual([]);
  expect(await rig.open({}, client).read().opened()).toMatchObject({
    created: true,
    types: ["payment.*"],
    sources: ["crm/*"],
  });
  expect(
    await rig
      .open({ types: ["payment.*"] }, client)
      .read()
      .opened(),
  ).toMatchObject({
    created: false,
  });
  const fewer = { subscription: "team-a", types: ["payment.success"] };
  expect(await rig.open(fewer, client).read().opened()).toMatchObject({ created: true });
  expect(await rig.open({ subscription: "other" }, client).read().refused()).toMatchObject({
    code,
  });
});

test("a name that exists with more than a token's reach is refused", async () => {
  const rig = await startRig({ tokens: tokensWith("subscribe:crm?types=payment.*") });
  rig.subscriptions.add(sampleSubscription({ name: "crm", target: { kind: "stream" } }));
  expect(await rig.open({}, rig.connect("secret")).read().refused()).toMatchObject({
    code: "PERMISSION_DENIED",
    message: "Cannot subscribe: crm has more types or sources than the token's scopes allow",
  });
  expect(rig.target.size).toBe(0);
});

/** A store that opens nothing. */
function failing(error: Error): Pick<SubscribeOptions, "store"> {
  const store = new SubscriptionsFake();
  store.openSubscription = () => Promise.reject(error);
  return { store };
}

test.each<[string, Partial<SubscribeOptions>, string, string]>([
  [
    "too many names",
    failing(new RangeError("there are 1000 names")),
    "RESOURCE_EXHAUSTED",
    "there are 1000 names",
  ],
  [
    "a store that is away",
    failing(new StoreUnavailableError("secret")),
    "UNAVAILABLE",
    "the store does not answer: try again",
  ],
  [
    "a fault",
    failing(new Error("secret")),
    "INTERNAL",
    "the subscription was not opened: the log says why",
  ],
  [
    "a start that cannot be made",
    { backfill: () => Promise.reject(new Error("secret")) },
    "INTERNAL",
    "the subscription was not opened: the log says why",
  ],
  [
    "too many streams",
    {
      target: {
        size: 1_000,
        attach: () => {
          throw new Error("attached");
        },
      },
    },
    "RESOURCE_EXHAUSTED",
    "there are 1000 streams already",
  ],
])("%s is refused, and the answer says nothing else", async (_what, options, code, message) => {
  const rig = await startRig(options);
  const reader = rig.open({ startPosition: "START_POSITION_EARLIEST" }).read();
  expect(await reader.refused()).toMatchObject({ code, message });
});

const CRM = sampleSubscription({ name: "crm", target: { kind: "stream" } });

/** Attempts a delivery to `crm` with a body of so many bytes. */
async function attempt(
  target: StreamTarget,
  bytes: number,
  subscription = CRM,
): Promise<TargetResult> {
  const claimed = sampleClaimed({ event: { body: new Uint8Array(bytes) } });
  const options = { number: 1, alone: false };
  const { result, settled } = await target.attempt(claimed, subscription, options);
  setImmediate(() => settled?.());
  return result;
}

test("a subscriber that drains acknowledges, closes its side, and is told that it is written", async () => {
  const rig = await startRig();
  const reader = rig.open().read();
  await reader.opened();
  const results = [attempt(rig.target, 10), attempt(rig.target, 10)];
  await waitFor(() => reader.ackIds.length === 2, { what: "the deliveries" });
  const [first = "", second = ""] = reader.ackIds;
  reader.say({ ackIds: [first], drain: true });
  reader.say({ nacks: [{ ackId: second, reason: "no", permanent: false }] });
  reader.call.end();
  await waitFor(() => reader.over, { what: "the end" });
  expect(reader.over).toBe("end");
  expect(await Promise.all(results)).toEqual([
    { kind: "succeeded" },
    { kind: "failed", error: "no", permanent: false },
  ]);
});

/** A message each: what the client's side takes in by itself, some 16 of them, is not all that may be owed. */
const LARGE = 700_000;

/** Attempts as much as there is room for, until there is none and nothing moves any more. */
async function fill(target: StreamTarget, bytes: number, subscription = CRM) {
  const results: Promise<TargetResult>[] = [];
  for (let idle = 0; idle < 50; ) {
    const running = { deliveries: results.length, bytes: results.length * bytes };
    if (target.room(subscription, running).deliveries > 0) {
      results.push(attempt(target, bytes, subscription));
      idle = 0;
    } else {
      await new Promise((resolve) => setImmediate(resolve));
      idle += 1;
    }
  }
  return results;
}

test("a subscriber that does not read is given no more than it may owe, and all of it once it reads", async () => {
  const rig = await startRig();
  const BYTES_MAX = 32 * 1024 * 1024;
  const reader = rig.open({ outstandingEventsMax: 1_000, outstandingBytesMax: BYTES_MAX });
  await waitFor(() => rig.target.streams("crm") === 1, { what: "the stream" });
  const results = await fill(rig.target, LARGE);
  // The last one waits for room.
  const held = (results.length - 1) * LARGE;
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThanOrEqual(BYTES_MAX);
  reader.read(({ events }) => {
    if (events.length > 0) reader.say({ ackIds: events.map(({ ackId }) => ackId) });
  });
  const kinds = new Set((await Promise.all(results)).map(({ kind }) => kind));
  expect([...kinds]).toEqual(["succeeded"]);
}, 20_000);

test("a subscriber that reads nothing for as long as an attempt may take loses its stream", async () => {
  const rig = await startRig();
  const reader = rig.open({ outstandingBytesMax: 32 * 1024 * 1024 });
  await waitFor(() => rig.target.streams("crm") === 1, { what: "the stream" });
  const results = await fill(rig.target, LARGE, { ...CRM, timeoutMs: 300 });
  await waitFor(() => rig.target.size === 0, { what: "the end of the stream" });
  const kinds = new Set((await Promise.all(results)).map(({ kind }) => kind));
  expect(kinds.has("succeeded")).toBe(false);
  expect(kinds.has("interrupted")).toBe(true);
  reader.call.fail(new RpcError("CANCELLED", "enough"));
}, 20_000);

const NO_TARGET: DeliveryTarget = {
  room: () => ({ deliveries: 0, bytes: 0 }),
  attempt: async () => ({ result: { kind: "not_started" } }),
  async close() {},
};

test("10,000 deliveries of two names, two consumers each, of which one dies midway", async () => {
  const COUNT = 5_000;
  const NAMES = ["crm", "audit"];
  const CREDIT = 200;
  const { log, lines } = recordingLog();
  const folder = stack.use(await temporaryDirectory());
  const store = await openSqliteStore({ dataDir: folder.path, dispatcherId: "d", log });
  stack.defer(() => store.close());
  const serve = ({ subscriptions }: SubscriptionSet) =>
    loop.serve(subscriptions.map(({ definition }) => definition));
  const rig = await startRig({ store, follow: serve });
  const loop = new DeliveryLoop({
    store,
    targets: { stream: rig.target as DeliveryTarget, handler: NO_TARGET, endpoint: NO_TARGET },
    dispatcherId: "d",
    log,
    random: Math.random,
    wakeAt() {},
    async pause() {},
  });
  stack.defer(() => loop.stop({ graceMs: 0 }));
  rig.wake.it = (name) => loop.look(name);

  const acked = new Map<string, string>();
  const given = new Map<string, string[]>();
  const consume = (name: string, consumer: string, dies: number): Reader => {
    const client = rig.connect();
    let seen = 0;
    const reader = rig.open({ subscription: name, outstandingEventsMax: CREDIT }, client);
    return reader.read(({ events }) => {
      for (const { ackId, deliveryId } of events) {
        seen += 1;
        given.set(deliveryId, [...(given.get(deliveryId) ?? []), consumer]);
        if (seen >= dies) continue;
        acked.set(deliveryId, consumer);
        reader.say({ ackIds: [ackId] });
      }
      if (seen >= dies) client.close();
    });
  };
  for (const name of NAMES) {
    const readers = [
      consume(name, `${name} that dies`, 500),
      consume(name, `${name} that lives`, Number.POSITIVE_INFINITY),
    ];
    for (const reader of readers) await reader.opened();
  }
  const { revision } = await store.subscriptions();
  for (let at = 0; at < COUNT; at += 250) {
    const captures = Array.from({ length: 250 }, () => ({
      event: makeEvent(),
      deliveries: NAMES.map((subscription) => ({
        id: newId("dlv"),
        subscription,
        claim: null,
        orderKey: null,
      })),
      skipped: [],
    }));
    await store.commit(captures, { revision });
    for (const name of NAMES) loop.expectBacklog(name);
  }

  const endedAs = (...outcomes: string[]) =>
    lines.filter(({ fields }) => outcomes.includes(String(fields["outcome"])));
  await waitFor(() => endedAs("succeeded").length === NAMES.length * COUNT, {
    what: "all deliveries",
    timeoutMs: 40_000,
  });
  const delivered = endedAs("succeeded").map(({ fields }) => fields["delivery"]);
  expect(new Set(delivered).size).toBe(NAMES.length * COUNT);
  expect(given.size).toBe(NAMES.length * COUNT);
  // What came back is what the two that died held: nothing is claimed that nobody has room for.
  const returned = endedAs("interrupted", "not_started").length;
  expect(returned).toBeGreaterThan(0);
  expect(returned).toBeLessThanOrEqual(NAMES.length * CREDIT);
  expect(endedAs("failed", "timed_out")).toEqual([]);
  // Each had its part, and nobody was given what one that lives had acknowledged.
  const consumers = [...given.values()];
  expect(new Set(consumers.flat()).size).toBe(4);
  expect(consumers.filter((all) => all.length > 1).length).toBeGreaterThan(0);
  const kept = [...acked].filter(([, consumer]) => consumer.endsWith("lives"));
  expect(kept.filter(([id, consumer]) => given.get(id)?.at(-1) !== consumer)).toEqual([]);
}, 60_000);
