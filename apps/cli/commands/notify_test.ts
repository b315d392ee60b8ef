import { type AdminHandlers, type ListNoticesResponse, RpcError } from "@hookgate/rpc";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const NOW = Date.now();
const AT = new Date(NOW - 60_000).toISOString();

let answer: ListNoticesResponse = { recipients: [], notices: [] };
let dispatcher: ScriptedDispatcher;

const admin: Partial<AdminHandlers> = {
  listNotices: async () => answer,
  async sendTestNotice({ recipient }) {
    if (recipient === "none") throw new RpcError("NOT_FOUND", "there is no recipient none");
    const results = [
      { recipient: "oncall", kind: "endpoint", ok: true, answer: "a.example.com answered 200" },
      {
        recipient: "team",
        kind: "slack",
        ok: false,
        answer: "its name\u001b[2J does not exist (DNS)",
      },
    ];
    return { results: results.filter((one) => recipient === "" || one.recipient === recipient) };
  },
};

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});

afterAll(() => dispatcher.close());

test("notify says that nobody is told, and how to change that", async () => {
  const { code, out, err } = await dispatcher.call(["notify"]);
  expect([code, out]).toEqual([0, ""]);
  expect(err).toBe("Nobody is told: add a recipient under notify.to of the configuration.\n");
});

test("notify shows who is told, what they were told, and what could not be sent", async () => {
  answer = {
    recipients: [
      {
        name: "oncall",
        kind: "endpoint",
        about: ["disk"],
        lastSentAtMs: NOW - 60_000,
        failures: 0,
        error: "",
        untold: 0,
      },
      {
        name: "team",
        kind: "slack",
        about: ["pause"],
        failures: 2,
        error: "answered 404",
        nextTryAtMs: NOW - 60_000,
        untold: 1,
      },
    ],
    notices: [
      {
        kind: "pause",
        subject: "crm",
        text: "crm is paused\u202e.",
        advice: "npx hookgate resume crm",
        path: "/subscriptions",
        beganAtMs: NOW - 60_000,
        told: ["oncall"],
        untold: ["team"],
      },
    ],
  };
  const { code, out } = await dispatcher.call(["notify"]);
  expect(code).toBe(0);
  expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
    "RECIPIENT  BY        LAST TOLD  UNTOLD  PROBLEM",
    expect.stringMatching(/^oncall {5}endpoint {2}1m ago +0$/),
    `team       slack     never      1       answered 404 (2 in a row); tried again ${AT}`,
    "",
    `pause, 1m: from ${AT}`,
    "    crm is paused\\u202e.",
    "    npx hookgate resume crm",
    "    told oncall; not yet told: team",
    "",
    "",
  ]);
  const json = await dispatcher.call(["notify", "list", "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({
    recipients: [
      { lastToldAt: AT, nextTryAt: null },
      { lastToldAt: null, nextTryAt: AT },
    ],
    notices: [{ kind: "pause", beganAt: AT, endedAt: null, untold: ["team"] }],
  });
});

test("notify tells who knows that something began, and not that it is over", async () => {
  const pause = { kind: "pause", subject: "crm", text: "crm is paused.", advice: "", path: "" };
  const times = { beganAtMs: NOW - 60_000, endedAtMs: NOW };
  const notice = { ...pause, ...times, told: ["oncall"], untold: ["team", "oncall"] };
  answer = { recipients: [], notices: [notice] };
  expect((await dispatcher.call(["notify"])).out).toContain(
    "    told oncall; not yet told: team; not yet told that it is over: oncall\n",
  );
});

test("notify test says what each answered, and exits with 1 if one could not be told", async () => {
  const all = await dispatcher.call(["notify", "test"]);
  expect([all.code, all.err]).toEqual([1, "Cannot tell team\n"]);
  expect(all.out).toContain("oncall     endpoint  sent    a.example.com answered 200\n");
  expect(all.out).toContain(
    "team       slack     failed  its name\\u001b[2J does not exist (DNS)\n",
  );
  expect(await dispatcher.call(["notify", "test", "oncall"])).toMatchObject({ code: 0, err: "" });
  const none = await dispatcher.call(["notify", "test", "none"]);
  expect([none.code, none.err]).toEqual([
    1,
    "Cannot send a test message: there is no recipient none\n",
  ]);
});
