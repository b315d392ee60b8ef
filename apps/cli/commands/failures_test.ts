import type { AdminHandlers, FailureGroupMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const ID = `flr_${"0123456789abcdef".repeat(2)}`;
const AT = "2026-11-24T12:00:00.000Z";
const GROUP: FailureGroupMessage = {
  id: ID,
  subscription: "crm",
  kind: "failed",
  errorClass: "TypeError",
  message: "TypeError: no \u001b[2J <n>",
  frame: "handle (crm.ts:3)",
  target: "/app/crm.ts",
  fileSha256: "ab".repeat(32),
  firstAtMs: Date.parse(AT),
  lastAtMs: Date.parse(AT) + 1_000,
  attempts: 1_234,
  dead: 1_000,
  lastHour: 12,
  hourBefore: 3,
  state: "open",
  stateBy: "",
  stateReason: "",
  returned: false,
  deliveryId: "dlv_1",
  eventId: "evt_1",
  error: "TypeError: no \u202e 7",
  recent: [],
};
const CHANGE = {
  id: "chg_1",
  atMs: Date.parse(AT),
  kind: "handler",
  subject: "/app/crm.ts",
  text: "new: ab",
};

let groups: FailureGroupMessage[];
let asked: object[];
let dispatcher: ScriptedDispatcher;

const admin: Partial<AdminHandlers> = {
  async listFailures(request) {
    asked.push(request);
    return { failures: groups, nextPageToken: "", notes: ['no subscription is called "cmr" now'] };
  },
  async getFailure(request) {
    asked.push(request);
    return { failure: GROUP, changesBefore: [CHANGE] };
  },
  async acknowledgeFailure(request) {
    asked.push(request);
    return { failure: { ...GROUP, state: "acknowledged" } };
  },
  async resolveFailure(request) {
    asked.push(request);
    return { failure: { ...GROUP, state: "resolved" } };
  },
  async listChanges(request) {
    asked.push(request);
    return { changes: [CHANGE], nextPageToken: "", notes: [] };
  },
};

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  groups = [GROUP];
  asked = [];
});

test("hookgate failures lists what is open, what it is and where", async () => {
  const { code, out, err } = await dispatcher.call(["failures", "--subscription", "crm"]);
  expect(code).toBe(0);
  expect(err).toContain('Note: no subscription is called "cmr" now');
  const [title, line] = out.split("\n").map((text) => text.split(/ {2,}/));
  expect(title?.slice(0, 6)).toEqual([
    "FAILURE",
    "SUBSCRIPTION",
    "STATE",
    "ATTEMPTS",
    "DEAD",
    "LAST HOUR",
  ]);
  expect(line?.slice(0, 6)).toEqual([ID, "crm", "open", "1,234", "1,000", "12, was 3"]);
  expect(line?.slice(-2)).toEqual([
    "TypeError: no \\u001b[2J <n>",
    "handle (crm.ts:3), of /app/crm.ts",
  ]);
  expect(asked).toEqual([
    { subscription: "crm", states: ["open", "acknowledged"], pageSize: 50, pageToken: "" },
  ]);
});

test("hookgate failures --json prints one object per line, of the wanted states", async () => {
  const { out } = await dispatcher.call(["failures", "--json", "--state", "resolved"]);
  expect(JSON.parse(out)).toMatchObject({ id: ID, firstAt: AT, stateAt: null, attempts: 1_234 });
  await dispatcher.call(["failures", "--all"]);
  expect(asked).toMatchObject([{ states: ["resolved"] }, { states: [] }]);
});

test("hookgate failures says that there are none", async () => {
  groups = [];
  expect((await dispatcher.call(["failures"])).err).toContain("No failures.\n");
});

test("hookgate failures show tells what changed before, and how to repeat it", async () => {
  const { out, err } = await dispatcher.call(["failures", "show", ID]);
  expect(out).toContain("TypeError: no \\u001b[2J <n>\n");
  expect(out).toContain("error         TypeError: no \\u202e 7");
  expect(out).toContain("began         2026-11-24T12:00:00.000Z");
  expect(out).toMatch(/changed in the 24 hours before\n.*\n.* handler {2}\/app\/crm.ts {2}new: ab/);
  expect(err).toContain(`Replay 1,000 deliveries: npx hookgate replay --failure ${ID}`);
});

test("hookgate failures acknowledge and resolve say why", async () => {
  const acknowledged = await dispatcher.call([
    "failures",
    "acknowledge",
    ID,
    "--reason",
    "ana looks",
  ]);
  expect(acknowledged.out).toBe(`${ID} of crm is acknowledged\n`);
  expect((await dispatcher.call(["failures", "resolve", ID])).out).toBe(
    `${ID} of crm is resolved\n`,
  );
  expect(asked).toMatchObject([{ id: ID, reason: "ana looks" }, { id: ID }]);
  expect(await dispatcher.call(["failures", "resolve", "dlv_1"])).toMatchObject({ code: 2 });
});

test("hookgate changes lists what changed", async () => {
  const { out } = await dispatcher.call(["changes", "--kind", "handler", "pause", "--from", AT]);
  expect(out.split("\n")[1]).toBe(`${AT}  handler  /app/crm.ts  new: ab`);
  expect(asked).toMatchObject([
    { kinds: ["handler", "pause"], subject: "", fromMs: Date.parse(AT), pageSize: 50 },
  ]);
  const { out: lines } = await dispatcher.call(["changes", "--json"]);
  expect(JSON.parse(lines)).toMatchObject({ at: AT, kind: "handler" });
});
