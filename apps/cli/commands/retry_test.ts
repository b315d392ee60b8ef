import { deliveryToMessage, RpcError, replayToMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { endedDelivery, runningReplay } from "../suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const REPLAY = runningReplay({ state: "cancelled", made: 1, expected: 1 });

let dueNow = "";
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async cancelDelivery(request) {
      asked.push(request);
      const { id, reason } = request;
      if (id === "dlv_running") {
        const problem = `delivery ${id} is running: only dead and waiting ones can be cancelled`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      const delivery = endedDelivery({ id, subscription: "crm\x9b", state: "cancelled", reason });
      return { delivery: deliveryToMessage(delivery), dueNow };
    },
    async setReplayState(request) {
      asked.push(request);
      return { replay: replayToMessage(REPLAY) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  dueNow = "";
  asked = [];
});

test("hookgate cancel ends a delivery", async () => {
  expect(await dispatcher.call(["cancel", "dlv_1", "--reason", "sold twice"])).toMatchObject({
    code: 0,
    out: "dlv_1 for crm\\u009b is cancelled\n",
    err: "",
  });
  expect(asked).toEqual([{ id: "dlv_1", reason: "sold twice" }]);
});

test("hookgate cancel says which held-back delivery is next", async () => {
  dueNow = "dlv_2";
  expect(await dispatcher.call(["cancel", "dlv_1"])).toMatchObject({
    code: 0,
    out: "dlv_1 for crm\\u009b is cancelled; dlv_2, which it held back, is due now\n",
  });
});

test("hookgate cancel rpl_… ends the replay", async () => {
  expect(await dispatcher.call(["cancel", REPLAY.id])).toMatchObject({
    code: 0,
    out: `${REPLAY.id} is cancelled: 1 of 1 delivery made\n`,
  });
  expect(asked).toEqual([{ id: REPLAY.id, state: "cancelled" }]);
  await dispatcher.call(["cancel", REPLAY.id, "--reason", "not needed"]);
  expect(asked.at(-1)).toMatchObject({ id: REPLAY.id, state: "cancelled", reason: "not needed" });
});

const EITHER = "give the id of a delivery, dlv_…, or of a replay, rpl_…";

test.each([
  [
    1,
    ["dlv_running"],
    "Cannot cancel: delivery dlv_running is running: only dead and waiting ones",
  ],
  [2, ["crm"], `Cannot cancel "crm": ${EITHER}`],
  [2, ["evt_1"], `Cannot cancel "evt_1": ${EITHER}`],
])("hookgate exits with %d and one line for cancel %j", async (code, args, line) => {
  const ran = await dispatcher.call(["cancel", ...args]);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});
