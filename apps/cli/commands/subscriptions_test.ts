import type { SubscriptionStatusMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const NOW = Date.now();
const AT = new Date(NOW).toISOString();

let listed: SubscriptionStatusMessage[] = [];
let backlogCountedMax = 100_000;
let dispatcher: ScriptedDispatcher;
/** What calls of deleteSubscription answer, one after the other, and what they asked for. */
let steps: { cancelled: number; done: boolean }[] = [];
let deleted: object[] = [];

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async listSubscriptions() {
      return { subscriptions: listed, backlogCountedMax };
    },
    async deleteSubscription(request) {
      deleted.push(request);
      return steps.shift() ?? { cancelled: 0, done: true };
    },
    async listEvents({ type }) {
      return { events: [], notes: [`nobody knows the type ${type}`], nextPageToken: "" };
    },
    async changeSubscription({ types }) {
      return { types, sources: ["*"], changed: true };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  steps = [];
  deleted = [];
});

function status(changes: Partial<SubscriptionStatusMessage> = {}): SubscriptionStatusMessage {
  return {
    name: "crm",
    kind: "endpoint",
    target: "https://crm.example.com/hooks",
    types: ["payment.*"],
    sources: [],
    orderBy: "",
    opened: false,
    pause: null,
    running: 0,
    backlog: 0,
    breaker: "closed",
    streams: 0,
    ...changes,
  };
}

const PAUSE = { by: "operator", reason: "it is moved", atMs: NOW };
const STREAM = { kind: "stream", target: "", breaker: "" } as const;
const HANDLER = { kind: "handler", target: "./handlers/crm.ts", breaker: "" } as const;

test.each([
  ["an endpoint whose breaker is closed", {}, "active", "https://crm.example.com/hooks"],
  ["an open breaker", { breaker: "open" }, "breaker open", "https://crm.example.com/hooks"],
  [
    "a half-open breaker",
    { breaker: "half-open" },
    "breaker half-open",
    "https://crm.example.com/hooks",
  ],
  [
    "an endpoint that wants nothing for a while",
    { heldUntilMs: NOW },
    "held",
    "https://crm.example.com/hooks",
  ],
  ["a handler", HANDLER, "active", "./handlers/crm.ts"],
  ["a stream that nobody reads", STREAM, "no consumer", "0 streams"],
  ["a stream that is read", { ...STREAM, streams: 1 }, "active", "1 stream"],
  [
    "a pause, before anything else",
    { ...STREAM, pause: { ...PAUSE, by: "backlog" } },
    "paused: backlog",
    "0 streams",
  ],
])("hookgate subscriptions shows %s", async (_what, changes, state, target) => {
  listed = [status(changes)];
  const { code, out } = await dispatcher.call(["subscriptions"]);
  expect(code).toBe(0);
  const [title, row] = out.split("\n").map((line) => line.split(/ {2,}/));
  expect(title).toEqual([
    ...["NAME", "KIND", "STATE", "RUNNING", "BACKLOG", "DUE", "TARGET", "REASON"],
  ]);
  expect(row?.slice(0, 3)).toEqual(["crm", listed[0]?.kind, state]);
  expect(row?.slice(5, 6)).toEqual([target]);
});

test.each([
  ["what is due", { oldestDueAtMs: NOW - 125_000 }, "2m ago"],
  ["what will be", { oldestDueAtMs: NOW + 3_660_000 }, "in 1h"],
])(
  "hookgate subscriptions says since when, or in how long, it is due: %s",
  async (_, changes, due) => {
    listed = [status({ ...changes, backlog: 1_234, running: 5 })];
    const { out } = await dispatcher.call(["subscriptions"]);
    expect(out).toMatch(new RegExp(`active +5 +1,234 +${due} +https`));
  },
);

test("hookgate subscriptions says where more may wait than was counted", async () => {
  listed = [status({ backlog: 100_000 })];
  expect((await dispatcher.call(["subscriptions"])).out).toContain(" 100,000+ ");
  // Of many each is counted up to its share, which only the dispatcher knows.
  backlogCountedMax = 50_000;
  listed = Array.from({ length: 20 }, () => status({ backlog: 50_000 }));
  expect((await dispatcher.call(["subscriptions"])).out).toContain(" 50,000+ ");
  backlogCountedMax = 1_000;
  listed = Array.from({ length: 1_200 }, () => status({ backlog: 900 }));
  const { out } = await dispatcher.call(["subscriptions"]);
  expect(out).toContain(" 900 ");
  expect(out).not.toContain("+");
  listed = [status({ backlog: 1_000 })];
  expect((await dispatcher.call(["subscriptions"])).out).toContain(" 1,000+ ");
  backlogCountedMax = 100_000;
  listed = [status({ backlog: 99_999 })];
  expect((await dispatcher.call(["subscriptions"])).out).toContain(" 99,999 ");
});

test("hookgate subscriptions fits a terminal of 80 columns, a reason on a line of its own", async () => {
  listed = [
    status({
      name: "customer-relations",
      pause: { ...PAUSE, reason: "it is moved to\x1b[2J another machine" },
    }),
    status({ ...STREAM, name: "\u202eanalytics", streams: 2, oldestDueAtMs: Date.now() - 5_000 }),
    status({ ...HANDLER, name: "ledger", target: "./apps/dispatcher/handlers/course_enrolled.ts" }),
  ];
  const { out } = await dispatcher.call(["subscriptions"], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^customer-relations {2}endpoint {2}paused: operator {2}0 +0$/),
    "  https://crm.example.com/hooks  it is moved to\\u001b[2J another machine",
    expect.stringMatching(/^\\u202eanalytics +stream +active +0 +0 +5s ago$/),
    "  2 streams",
    expect.stringMatching(/^ledger +handler +active /),
    "  ./apps/dispatcher/handlers/course_enrolled.ts",
  ]);
});

test("hookgate subscriptions --json prints one object per line", async () => {
  listed = [
    status({ pause: PAUSE, oldestDueAtMs: NOW, backlog: 3, orderBy: "/data/id" }),
    status({ ...STREAM, name: "analytics", opened: true, sources: ["stripe/*"] }),
  ];
  const { code, out, err } = await dispatcher.call(["subscriptions", "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({
    name: "crm",
    kind: "endpoint",
    state: "paused: operator",
    pause: { by: "operator", reason: "it is moved", at: AT },
    running: 0,
    backlog: 3,
    oldestDueAt: AT,
    target: "https://crm.example.com/hooks",
    types: ["payment.*"],
    sources: [],
    orderBy: "/data/id",
    opened: false,
    breaker: "closed",
    heldUntil: null,
    streams: 0,
  });
  expect(lines[1]).toMatchObject({
    name: "analytics",
    state: "no consumer",
    pause: null,
    oldestDueAt: null,
    opened: true,
    sources: ["stripe/*"],
  });
});

test("hookgate subscriptions says that there are none, and prints nothing for a program to stumble over", async () => {
  listed = [];
  const none = { code: 0, out: "", err: "No subscriptions.\n" };
  expect(await dispatcher.call(["subscriptions"])).toMatchObject(none);
  expect(await dispatcher.call(["subscriptions", "--json"])).toMatchObject({ ...none, err: "" });
});

test("subscriptions delete asks, and says how many deliveries it cancels", async () => {
  listed = [status({ name: "pod-1", ...STREAM, backlog: 1_234 })];
  const args = ["subscriptions", "delete", "pod-1", "--reason", "it is gone"];
  const no = await dispatcher.call(args, { columns: 80, typed: "n\n" });
  expect(no).toMatchObject({ code: 1, out: "" });
  expect(no.err).toContain("Delete pod-1 and cancel 1,234 deliveries? [y/N]");
  expect(deleted).toEqual([]);
  // Two calls, as the first one was not done.
  steps = [
    { cancelled: 1_000, done: false },
    { cancelled: 234, done: true },
  ];
  expect(await dispatcher.call(args, { columns: 80, typed: "y\n" })).toMatchObject({
    code: 0,
    out: "pod-1 is deleted, 1,234 deliveries cancelled\n",
  });
  expect(deleted).toEqual(Array(2).fill({ name: "pod-1", reason: "it is gone" }));
});

test("subscriptions delete --yes does not ask; without a terminal it has to be given", async () => {
  listed = [status({ name: "pod-1", ...STREAM })];
  const args = ["subscriptions", "delete", "pod-1", "--reason", "it is gone"];
  expect(await dispatcher.call(args)).toMatchObject({
    code: 2,
    err: "Cannot delete without asking: this is not a terminal; pass --yes to delete it\n",
  });
  steps = [{ cancelled: 0, done: true }];
  expect(await dispatcher.call([...args, "--yes"])).toMatchObject({
    code: 0,
    out: "pod-1 is deleted, 0 deliveries cancelled\n",
  });
});

test.each([
  [["delete", "pod-1", "--yes"], 2, "--reason"],
  [["delete", "pod-1", "--yes", "--reason", " "], 2, "--reason"],
  [["delete", "none", "--reason", "x"], 1, "there is no subscription none"],
  [["change", "pod-1", "--reason", "x"], 2, "give --type or --source"],
])("subscriptions %j is refused", async (args, code, message) => {
  listed = [status({ name: "pod-1", ...STREAM })];
  const ran = await dispatcher.call(["subscriptions", ...args]);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(message);
});

test("subscriptions change replaces the filter", async () => {
  const args = ["subscriptions", "change", "crm", "--type", "a.*", "b", "--reason", "release 7"];
  expect(await dispatcher.call(args)).toMatchObject({
    code: 0,
    out: "crm has types a.*, b; sources *\n",
    err: "Note: nobody knows the type b\n",
  });
});
