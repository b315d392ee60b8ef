import { RpcError, replayToMessage, type SubscriptionPauseMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { runningReplay } from "../suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const AT_MS = Date.parse("2026-01-02T03:04:05.006Z");
const REPLAY = runningReplay({ state: "paused", made: 620 });
const RESUMED = runningReplay({ made: 620, expected: null });

/** The pause that there was before; what was asked. */
let earlier: SubscriptionPauseMessage | null = null;
let backfill = "";
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async pauseSubscription(request) {
      asked.push(request);
      const { name, reason } = request;
      if (name === "none") throw new RpcError("NOT_FOUND", "there is no subscription none");
      return { pause: earlier ?? { by: "operator", reason: reason.trim(), atMs: AT_MS } };
    },
    async resumeSubscription(request) {
      asked.push(request);
      if (request.name === "active") {
        throw new RpcError("FAILED_PRECONDITION", "subscription active is not paused");
      }
      return { pause: { by: "backlog", reason: "", atMs: AT_MS }, backfill };
    },
    async setReplayState(request) {
      asked.push(request);
      const { id, state } = request;
      if (id !== REPLAY.id) throw new RpcError("NOT_FOUND", `there is no replay ${id}`);
      return { replay: replayToMessage(state === "paused" ? REPLAY : RESUMED) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  earlier = null;
  backfill = "";
  asked = [];
});

test.each([
  [[], "crm is paused by operator since 2026-01-02T03:04:05.006Z\n"],
  [
    ["--reason", " it is\x1b[2J moved "],
    "crm is paused by operator since 2026-01-02T03:04:05.006Z: it is\\u001b[2J moved\n",
  ],
])("hookgate pause crm %j pauses the subscription", async (options, out) => {
  expect(await dispatcher.call(["pause", "crm", ...options])).toMatchObject({
    code: 0,
    out,
    err: "",
  });
  expect(asked).toEqual([{ name: "crm", reason: options[1] ?? "" }]);
});

test("hookgate pause says where an earlier pause stays as it was", async () => {
  earlier = { by: "backlog", reason: "100 deliveries wait", atMs: AT_MS };
  expect(await dispatcher.call(["pause", "crm", "--reason", "it is moved"])).toMatchObject({
    code: 0,
    out: "crm was already paused by backlog since 2026-01-02T03:04:05.006Z: 100 deliveries wait\n",
  });
});

test("hookgate pause rpl_… pauses the replay, and says how far it is", async () => {
  expect(await dispatcher.call(["pause", REPLAY.id])).toMatchObject({
    code: 0,
    out: `${REPLAY.id} is paused: 620 of 1,234 deliveries made\n`,
    err: "",
  });
  expect(asked).toEqual([{ id: REPLAY.id, state: "paused" }]);
  await dispatcher.call(["resume", REPLAY.id, "--reason", "crm is back"]);
  expect(asked.at(-1)).toMatchObject({ id: REPLAY.id, state: "running", reason: "crm is back" });
});

const EITHER = "give the name of a subscription, or the id of a replay, rpl_…";

test.each([
  [1, ["none"], "Cannot pause: there is no subscription none"],
  [1, ["rpl_none"], "Cannot pause: there is no replay rpl_none"],
  [2, ["dlv_1"], `Cannot pause "dlv_1": ${EITHER}`],
  [2, ["evt_1"], `Cannot pause "evt_1": ${EITHER}`],
  [2, [""], `Cannot pause "": ${EITHER}`],
  [2, [], "missing required argument 'subscription|replay'"],
])("hookgate exits with %d and one line for pause %j", async (code, args, line) => {
  const ran = await dispatcher.call(["pause", ...args]);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});

test("hookgate resume ends the pause of a subscription", async () => {
  expect(await dispatcher.call(["resume", "crm"])).toMatchObject({
    code: 0,
    out: "crm is resumed; it was paused by backlog since 2026-01-02T03:04:05.006Z\n",
    err: "",
  });
  expect(asked).toEqual([{ name: "crm" }]);
});

test("hookgate resume names the backfill that it started", async () => {
  backfill = "rpl_7";
  expect(await dispatcher.call(["resume", "crm"])).toMatchObject({
    code: 0,
    out: "crm is resumed; backfill rpl_7 gives it what it missed; it was paused by backlog since 2026-01-02T03:04:05.006Z\n",
  });
});

test("hookgate resume rpl_… has the replay go on", async () => {
  expect(await dispatcher.call(["resume", RESUMED.id])).toMatchObject({
    code: 0,
    out: `${RESUMED.id} is running: 620 deliveries made\n`,
  });
  expect(asked).toEqual([{ id: RESUMED.id, state: "running" }]);
});

test.each([
  [1, "active", "Cannot resume: subscription active is not paused"],
  [2, "qtn_1", `Cannot resume "qtn_1": give the name of a subscription, or the id of a replay`],
])("hookgate exits with %d and one line for resume %s", async (code, target, line) => {
  const ran = await dispatcher.call(["resume", target]);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});
