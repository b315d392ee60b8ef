import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AdminHandlers } from "../generated/admin_calls.ts";
import { deliveryToMessage } from "../messages/delivery_message.ts";
import { eventToMessage } from "../messages/event_message.ts";
import { quarantinedToMessage } from "../messages/quarantined_message.ts";
import { exampleDelivery, exampleEvent, exampleQuarantined } from "../suite/example_messages.ts";
import { errorOf, startPair } from "../suite/rpc_pair.ts";
import { healthyAdmin, unansweredAdmin } from "../suite/unanswered_admin.ts";
import { RPC_STATUSES, RpcError } from "../transport/rpc_error.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const event = eventToMessage(exampleEvent());
const bare = { ...event, headers: new Uint8Array(0), body: new Uint8Array(0) };
const waiting = exampleDelivery({ state: "waiting", nextAttemptAt: 1_763_950_000_123 });
const refused = quarantinedToMessage(exampleQuarantined());
const deliveries = [deliveryToMessage(exampleDelivery()), deliveryToMessage(waiting)];

const pause = { by: "endpoint", reason: "it answered 410", atMs: 1_763_950_000_123 };
const replay = {
  id: `rpl_${"0123456789abcdef".repeat(2)}`,
  kind: "backfill",
  filter: {
    ids: [event.id, "dlv_1"],
    source: "stripe/eu",
    type: "payment.success",
    subscription: "crm",
    state: "DELIVERY_STATE_DEAD" as const,
    failure: "flr_1",
    fromMs: 0,
    toMs: 1_763_950_000_123,
  },
  reason: "näh",
  perSecond: 200,
  state: "cancelled",
  createdAtMs: 1_763_950_000_123,
  endedAtMs: 1_763_950_001_123,
  seen: 2 ** 40,
  made: 3,
  expected: 0,
};

/** A request and its answer, with every kind of field; a new call needs no entry. */
const CALLS: { [Name in keyof AdminHandlers]?: [Parameters<AdminHandlers[Name]>[0], object] } = {
  listEvents: [
    {
      source: "stripe/eu",
      type: "payment.success",
      state: "DELIVERY_STATE_DEAD",
      unhandled: true,
      subscription: "enrolments",
      fromMs: 0,
      toMs: 1_763_950_000_123,
      pageSize: 1_000,
      pageToken: "next",
    },
    { events: [{ event: bare, bodyBytes: 8 * 2 ** 20, deliveries }], nextPageToken: "after" },
  ],
  getEvent: [
    { id: event.id },
    { event, deliveries, skipped: [{ subscription: "crm", reason: "source" }] },
  ],
  retryDelivery: [{ id: "dlv_1" }, { delivery: deliveries[0] }],
  cancelDelivery: [
    { id: "dlv_1", reason: "näh" },
    { delivery: deliveries[0], dueNow: "dlv_2" },
  ],
  listSubscriptions: [
    {},
    {
      subscriptions: [
        {
          name: "crm",
          kind: "endpoint",
          target: "https://crm.example.com/hooks",
          types: ["payment.*"],
          sources: ["*"],
          orderBy: "/data/orderId",
          opened: true,
          pause,
          running: 7,
          backlog: 100_000,
          oldestDueAtMs: 1_763_950_000_123,
          breaker: "half-open",
          streams: 2,
        },
      ],
      backlogCountedMax: 100_000,
    },
  ],
  pauseSubscription: [{ name: "crm", reason: "näh" }, { pause }],
  resumeSubscription: [{ name: "crm" }, { pause, backfill: replay.id }],
  createReplay: [
    { filter: replay.filter, reason: "näh", perSecond: 200, dryRun: true },
    {
      replay,
      matched: 2 ** 40,
      countedAll: true,
      bySubscription: [
        { subscription: "audit", deliveries: 1 },
        { subscription: "crm", deliveries: 2 ** 40 },
      ],
    },
  ],
  listReplays: [{ limit: 1_000 }, { replays: [replay, replay] }],
  setReplayState: [{ id: replay.id, state: "paused" }, { replay }],
  getMetrics: [
    { windowMs: 604_800_000 },
    {
      received: 2 ** 40,
      processed: 1,
      failed: 2,
      retried: 3,
      avgProcessingTimeMs: 0.5,
      windowMs: 604_800_000,
    },
  ],
  getHealth: [
    {},
    {
      status: "HEALTH_STATUS_DEGRADED",
      lastProcessedAtMs: 1_763_950_000_123,
      failureRate: 0.125,
      queueSize: 100_000,
      problems: ["A due delivery has waited for 61 s.", "näh"],
      queueCountedMax: 100_000,
    },
  ],
  listQuarantine: [
    {
      source: "stripe/eu",
      reason: "no_match",
      includeReleased: true,
      pageSize: 1_000,
      pageToken: "next",
    },
    {
      requests: [{ ...refused, headers: new Uint8Array(0), body: new Uint8Array(0) }],
      nextPageToken: "after",
    },
  ],
  getQuarantined: [{ id: refused.id }, { request: refused }],
  verifyQuarantined: [
    { ids: [refused.id, "qtn_2"], release: true, staleReason: "known to be genuine" },
    {
      results: [
        { id: refused.id, outcome: "released", eventId: event.id },
        { id: "qtn_2", outcome: "not_found", eventId: "" },
      ],
    },
  ],
  listSecrets: [
    { source: "stripe/eu" },
    {
      secrets: [
        {
          source: "stripe/eu",
          secretId: "2026-10",
          state: "retiring",
          untilMs: 1_763_950_000_123,
          use: {
            source: "stripe/eu",
            secretId: "2026-10",
            uses: 2 ** 40,
            firstUsedAtMs: 1_763_940_000_123,
            lastUsedAtMs: 1_763_950_000_123,
          },
          share: 0.125,
          safeToDrop: true,
          advice: "näh",
        },
      ],
    },
  ],
  openEnrolment: [{ source: "asana", openMs: 600_000 }, { untilMs: 1_763_950_000_123 }],
};

test.each(Object.entries(CALLS))("%s carries its request and its answer", async (name, call) => {
  const [request, response] = call;
  const asked: unknown[] = [];
  const answer = async (given: unknown) => {
    asked.push(given);
    return response;
  };
  const admin = unansweredAdmin({ [name]: answer });
  const { client } = stack.use(await startPair({ admin }));
  const got = await client.admin[name as keyof AdminHandlers](request as never);
  // toMatchObject, because the loader marks optional fields that are there.
  expect(asked).toMatchObject([request]);
  expect(got).toMatchObject(response);
  expect(Object.keys(got)).toEqual(expect.arrayContaining(Object.keys(response)));
});

test("fields that nothing is said about have their defaults", async () => {
  const admin = unansweredAdmin({
    listEvents: async () => ({ events: [], nextPageToken: "", notes: [] }),
    getEvent: async () => ({ event: null, deliveries: [], skipped: [] }),
  });
  const { client } = stack.use(await startPair({ admin }));
  expect(await client.admin.listEvents({} as never)).toEqual({
    events: [],
    nextPageToken: "",
    notes: [],
  });
  expect(await client.admin.getEvent({ id: "" })).toEqual({
    event: null,
    deliveries: [],
    skipped: [],
  });
});

test("an absent optional field stays absent", async () => {
  const { client } = stack.use(await startPair({ admin: healthyAdmin() }));
  expect("lastProcessedAtMs" in (await client.admin.getHealth({}))).toBe(false);
});

test.each(RPC_STATUSES.slice(1))("an RpcError %s reaches the caller as it is", async (code) => {
  const thrown = new RpcError(code as never, "there is no event “x” 100 %: 😀");
  const admin = unansweredAdmin({ getEvent: () => Promise.reject(thrown) });
  const { client, logged } = stack.use(await startPair({ admin }));
  const error = await errorOf(client.admin.getEvent({ id: "x" }));
  expect({ code: error.code, message: error.message }).toEqual({ code, message: thrown.message });
  expect(logged).toEqual([]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("secret of the database"))],
  [
    "throws",
    () => {
      throw new Error("secret of the database");
    },
  ],
])("a handler that %s something else is INTERNAL, and in the log alone", async (_how, getEvent) => {
  const { client, logged } = stack.use(await startPair({ admin: unansweredAdmin({ getEvent }) }));
  const error = await errorOf(client.admin.getEvent({ id: "x" }));
  expect(error.code).toBe("INTERNAL");
  expect(error.message).not.toContain("secret");
  expect(logged).toMatchObject([{ fields: { err: { message: "secret of the database" } } }]);
});

test("a handler that does not answer is DEADLINE_EXCEEDED, in time", async () => {
  const admin = unansweredAdmin({ getEvent: () => new Promise(() => {}) });
  const { client } = stack.use(await startPair({ admin, deadlineMs: 50 }));
  expect((await errorOf(client.admin.getEvent({ id: "x" }))).code).toBe("DEADLINE_EXCEEDED");
});

test("a server without AdminService is UNIMPLEMENTED", async () => {
  const { client } = stack.use(await startPair());
  expect((await errorOf(client.admin.getHealth({}))).code).toBe("UNIMPLEMENTED");
});

test("a server that is not there is UNAVAILABLE, at once", async () => {
  const { client, server } = stack.use(await startPair({ admin: healthyAdmin() }));
  await server.close({ graceMs: 0 });
  const error = await errorOf(client.admin.getHealth({}));
  expect(error.code).toBe("UNAVAILABLE");
  expect(error).toBeInstanceOf(RpcError);
});
