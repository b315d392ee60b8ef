import { replayToMessage } from "@hookgate/rpc";
import { newId, type Replay } from "@hookgate/types";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { runningReplay } from "../suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const NOW = Date.now();
const AT = new Date(NOW).toISOString();

let kept: Replay[] = [];
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async listReplays(request) {
      asked.push(request);
      return { replays: kept.map(replayToMessage) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  kept = [];
  asked = [];
});

test("hookgate replays shows how far each is", async () => {
  kept = [
    runningReplay({ id: newId("rpl"), made: 620, createdAt: NOW - 65_000 }),
    runningReplay({
      ...{ id: newId("rpl"), kind: "backfill", state: "done", made: 1_234, expected: null },
      ...{ createdAt: NOW - 7_200_000, reason: "\x1b[2J" },
    }),
  ];
  const { code, out, err } = await dispatcher.call(["replays"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const rows = out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  expect(rows).toEqual([
    ["REPLAY", "STATE", "MADE", "CREATED", "KIND", "REASON"],
    [kept[0]?.id, "running", "620 of 1,234", "1m ago", "replay", "crm was down"],
    [kept[1]?.id, "done", "1,234", "2h ago", "backfill", "\\u001b[2J"],
  ]);
  expect(asked).toEqual([{ limit: 50 }]);
});

test("hookgate replays fits a terminal of 80 columns, ids whole", async () => {
  const id = newId("rpl");
  kept = [
    runningReplay({
      id,
      made: 123_456,
      expected: 1_234_567,
      state: "cancelled",
      reason: "x".repeat(90),
    }),
  ];
  const { out } = await dispatcher.call(["replays"], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[2]).toMatch(new RegExp(`^${id}  cancelled  123,456 of 1,234,567  \\ds ago$`));
  expect(lines[3]).toMatch(/^ {2}replay {2}x+…$/);
});

test("hookgate replays --json prints one object per line", async () => {
  const filter = { source: "stripe/eu", state: "dead", from: NOW, to: NOW } as const;
  kept = [runningReplay({ filter, createdAt: NOW, endedAt: NOW, state: "done", made: 3, seen: 4 })];
  const { out } = await dispatcher.call(["replays", "--json", "--limit", "1000"]);
  expect(out.indexOf("\n")).toBe(out.length - 1);
  expect(JSON.parse(out)).toEqual({
    id: kept[0]?.id,
    kind: "replay",
    state: "done",
    made: 3,
    expected: 1_234,
    seen: 4,
    perSecond: 200,
    reason: "crm was down",
    createdAt: AT,
    endedAt: AT,
    filter: { source: "stripe/eu", state: "dead", from: AT, to: AT },
  });
  expect(asked).toEqual([{ limit: 1_000 }]);
});

test("hookgate replays says that there are none, and how many can be asked for", async () => {
  const none = { code: 0, out: "", err: "No replays.\n" };
  expect(await dispatcher.call(["replays"])).toMatchObject(none);
  expect(await dispatcher.call(["replays", "--json"])).toMatchObject({ ...none, err: "" });
  expect(await dispatcher.call(["replays", "--limit", "1001"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("whole number from 1 to 1000"),
  });
});
