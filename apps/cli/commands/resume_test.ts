import { RpcError, replayToMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { makeReplay } from "../suite/make_replay.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const AT_MS = Date.parse("2026-01-02T03:04:05.006Z");
const REPLAY = makeReplay({ made: 620, expected: null });

let backfill = "";
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async resumeSubscription(request) {
      asked.push(request);
      if (request.name === "active") {
        throw new RpcError("FAILED_PRECONDITION", "subscription active is not paused");
      }
      return { pause: { by: "backlog", reason: "", atMs: AT_MS }, backfill };
    },
    async setReplayState(request) {
      asked.push(request);
      return { replay: replayToMessage(REPLAY) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  backfill = "";
  asked = [];
});

test("hookgate resume ends the pause of a subscription", async () => {
  expect(await dispatcher.call(["resume", "crm"])).toMatchObject({
    code: 0,
    out: "crm goes on; it was paused by backlog since 2026-01-02T03:04:05.006Z\n",
    err: "",
  });
  expect(asked).toEqual([{ name: "crm" }]);
});

test("hookgate resume names the backfill that it started", async () => {
  backfill = "rpl_7";
  expect(await dispatcher.call(["resume", "crm"])).toMatchObject({
    code: 0,
    out: "crm goes on; backfill rpl_7 gives it what it missed; it was paused by backlog since 2026-01-02T03:04:05.006Z\n",
  });
});

test("hookgate resume rpl_… has the replay go on", async () => {
  expect(await dispatcher.call(["resume", REPLAY.id])).toMatchObject({
    code: 0,
    out: `${REPLAY.id} is running: 620 deliveries made\n`,
  });
  expect(asked).toEqual([{ id: REPLAY.id, state: "running" }]);
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
