import {
  type CreateReplayRequest,
  type CreateReplayResponse,
  RpcError,
  replayToMessage,
} from "@hookgate/rpc";
import type { Replay } from "@hookgate/types";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { runningReplay } from "../suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";
import { spawnHookgate } from "../suite/spawn_hookgate.ts";

const REPLAY = runningReplay();
const { id: ID } = REPLAY;
const ALL: Omit<CreateReplayResponse, "replay"> = {
  matched: 1_234,
  countedAll: true,
  notes: [],
  bySubscription: [
    { subscription: "ledger\x9b", deliveries: 34 },
    { subscription: "crm", deliveries: 1_200 },
  ],
};
const COUNTED = [
  "SUBSCRIPTION  DELIVERIES",
  "crm           1,200",
  "ledger\\u009b  34",
  "",
  "1,234 deliveries match",
  "",
].join("\n");
const WHY = ["--reason", "crm was down"];

/** What would be repeated; how the replay stands at each look; what was asked; what happens at a look. */
let counts = ALL;
let looks: Partial<Replay>[] = [];
let asked: CreateReplayRequest[] = [];
let looked: number[] = [];
let onLook = () => {};
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async createReplay(request) {
      asked.push(request);
      if (request.filter?.source === "none") {
        throw new RpcError("NOT_FOUND", "Cannot create a replay: there is no source none");
      }
      return { ...counts, replay: request.dryRun ? null : replayToMessage(REPLAY) };
    },
    async listReplays({ limit }) {
      looked.push(limit);
      onLook();
      const [look, ...more] = looks;
      if (more.length > 0) looks = more;
      // Others were made since.
      const others = Array.from({ length: 3 }, (_, at) => runningReplay({ id: `rpl_other${at}` }));
      const replays = look ? [...others, { ...REPLAY, ...look }] : others;
      return { replays: replays.slice(0, limit).map(replayToMessage) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  counts = ALL;
  looks = [{ state: "done", made: 1_230, endedAt: 1 }];
  asked = [];
  looked = [];
  onLook = () => {};
});

const DONE = `${ID} is done: 1,230 of 1,234 deliveries made\n`;

test("hookgate replay repeats the deliveries that are named, and tells the end", async () => {
  looks = [{ made: 620 }, { state: "paused", made: 621 }, ...looks];
  expect(await dispatcher.call(["replay", "evt_1", "dlv_2", ...WHY, "--rate", "50"])).toMatchObject(
    {
      code: 0,
      out: DONE,
      err: "",
    },
  );
  expect(asked).toEqual([
    {
      filter: {
        ...{ ids: ["evt_1", "dlv_2"], source: "", type: "", subscription: "", failure: "" },
        state: "DELIVERY_STATE_UNSPECIFIED",
      },
      ...{ reason: "crm was down", perSecond: 50, dryRun: false },
    },
  ]);
});

test("hookgate replay --yes repeats what its filter says, without asking", async () => {
  const filter = [
    ...["--source", "stripe/eu", "--type", "payment.success", "--subscription", "crm"],
    ...["--state", "dead", "--from", "2026-01-02T03:04:05Z", "--to", "2026-01-03"],
  ];
  expect(await dispatcher.call(["replay", ...filter, ...WHY, "--yes"])).toMatchObject({
    code: 0,
    out: DONE,
    err: "",
  });
  expect(asked).toMatchObject([
    {
      filter: {
        ...{
          ids: [],
          failure: "",
          source: "stripe/eu",
          type: "payment.success",
          subscription: "crm",
        },
        state: "DELIVERY_STATE_DEAD",
        fromMs: Date.parse("2026-01-02T03:04:05Z"),
        toMs: Date.parse("2026-01-03"),
      },
      ...{ reason: "crm was down", perSecond: 0, dryRun: false },
    },
  ]);
});

test("hookgate replay --dry-run counts by subscription, and makes nothing", async () => {
  const run = () => dispatcher.call(["replay", "--from", "2h", "--dry-run"]);
  expect(await run()).toMatchObject({ code: 0, out: COUNTED, err: "" });
  expect(asked.map(({ dryRun }) => dryRun)).toEqual([true]);
  counts = { ...ALL, countedAll: false };
  expect((await run()).out).toContain("\n1,234 or more deliveries match\n");
  counts = {
    matched: 1,
    countedAll: true,
    notes: [],
    bySubscription: [{ subscription: "crm", deliveries: 1 }],
  };
  expect((await run()).out).toContain("\n1 delivery matches\n");
  counts = { matched: 0, countedAll: true, bySubscription: [], notes: [] };
  expect(await run()).toMatchObject({ code: 0, out: "", err: "No deliveries match.\n" });
});

test.each(["y\n", "YES\n", " yes \r\n"])(
  "hookgate replay asks at a terminal, and %j is a yes",
  async (typed) => {
    const ran = await dispatcher.call(["replay", "--state", "dead", ...WHY], {
      columns: 80,
      typed,
    });
    expect(ran).toMatchObject({ code: 0, out: DONE });
    expect(ran.err.startsWith(`${COUNTED}Replay 1,234 deliveries? [y/N] `)).toBe(true);
    expect(asked.map(({ dryRun }) => dryRun)).toEqual([true, false]);
  },
);

test.each(["\n", "n\n", "yesterday\n", ""])(
  "hookgate replay makes nothing where the answer is %j",
  async (typed) => {
    const ran = await dispatcher.call(["replay", "--state", "dead", ...WHY], {
      columns: 80,
      typed,
    });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/\? \[y\/N\] \n?Nothing was replayed\n$/);
    expect(asked.map(({ dryRun }) => dryRun)).toEqual([true]);
  },
);

test.each([
  ["standard input is no terminal", { columns: 80 }],
  ["the question would not be seen", { typed: "y\n" }],
])("hookgate replay shows the counts and refuses where %s", async (_what, options) => {
  expect(await dispatcher.call(["replay", "--state", "dead", ...WHY], options)).toMatchObject({
    code: 2,
    out: "",
    err: `${COUNTED}Cannot replay without asking: this is not a terminal; pass --yes to replay them\n`,
  });
  expect(asked.map(({ dryRun }) => dryRun)).toEqual([true]);
});

test("hookgate replay does not ask where nothing matches", async () => {
  counts = { matched: 0, countedAll: true, bySubscription: [], notes: [] };
  expect(
    await dispatcher.call(["replay", "--state", "dead", ...WHY], { columns: 80, typed: "y\n" }),
  ).toMatchObject({ code: 0, out: "", err: "No deliveries match.\n" });
  expect(asked.map(({ dryRun }) => dryRun)).toEqual([true]);
});

test("hookgate replay shows its progress on a line of the terminal that it rewrites", async () => {
  looks = [{ made: 620 }, { state: "paused", made: 621 }, ...looks];
  const { out, err } = await dispatcher.call(["replay", "evt_1", ...WHY], { columns: 80 });
  expect(out).toBe(DONE);
  expect(err).toBe(
    [
      "",
      `${ID}: 0 of 1,234 made, 0 %`,
      `${ID}: 620 of 1,234 made, 50 %`,
      `${ID}: 621 of 1,234 made, 50 %, paused`,
      "",
    ].join("\r\x1b[K"),
  );
});

test("hookgate replay fails where the replay is cancelled", async () => {
  looks = [{ state: "cancelled", made: 620, endedAt: 1 }];
  expect(await dispatcher.call(["replay", "evt_1", ...WHY])).toMatchObject({
    code: 1,
    out: "",
    err: `${ID} is cancelled: 620 of 1,234 deliveries made\n`,
  });
});

test("hookgate replay --detach does not follow", async () => {
  expect(await dispatcher.call(["replay", "evt_1", ...WHY, "--detach"])).toMatchObject({
    code: 0,
    out: `${ID} is running: 0 of 1,234 deliveries made\n`,
    err: "",
  });
  expect(looked).toEqual([]);
});

test("hookgate replay stops following at Ctrl-C, and says how to cancel it", async () => {
  const pressed = new AbortController();
  looks = [{ made: 620 }];
  onLook = () => pressed.abort();
  const options = { columns: 100, interrupt: pressed.signal };
  const { code, out, err } = await dispatcher.call(["replay", "evt_1", ...WHY], options);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  const stopped = `Stopped following ${ID}, which continues: npx hookgate cancel ${ID} cancels it\n`;
  expect(err.endsWith(`\r\x1b[K${stopped}`)).toBe(true);
});

test("the real command outlives a Ctrl-C while it follows", async () => {
  const pressed = new AbortController();
  looks = [{ made: 620 }];
  onLook = () => pressed.abort();
  expect(
    await spawnHookgate(["replay", "evt_1", ...WHY], dispatcher.env, {
      interrupt: pressed.signal,
    }),
  ).toMatchObject({
    code: 1,
    out: "",
    err: `Stopped following ${ID}, which continues: npx hookgate cancel ${ID} cancels it\n`,
  });
});

test("hookgate replay says where the replay is not kept any more", async () => {
  looks = [];
  expect(await dispatcher.call(["replay", "evt_1", ...WHY])).toMatchObject({
    code: 1,
    err: `Cannot follow ${ID}: it is no longer kept\n`,
  });
  // Among the newest ones, then among all.
  expect(looked).toEqual([50, 1_000]);
});

test("hookgate replay says how to find the replay where the dispatcher is lost", async () => {
  onLook = () => {
    throw new RpcError("UNAVAILABLE", "it ends");
  };
  expect(await dispatcher.call(["replay", "evt_1", ...WHY])).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(
      `^Cannot reach the dispatcher at .*; npx hookgate replays shows how far ${ID} is\n$`,
    ),
  });
});

const EITHER = "Cannot replay: give ids of events or deliveries, or a filter, and not both";

test.each([
  [2, [...WHY], EITHER],
  [2, ["evt_1", "--state", "dead", ...WHY], EITHER],
  [2, ["evt_1"], "Cannot replay without --reason: say why, for the record"],
  [2, ["--state", "dead", "--reason", " ", "--yes"], "Cannot replay without --reason"],
  [2, ["--state", "waiting", ...WHY], "Allowed choices are delivered, dead, cancelled."],
  [2, ["--source", "", "--state", "dead", ...WHY], "It must not be empty."],
  [2, ["--from", "2026-02-30", ...WHY], "It must be a time such as 2026-01-02T03:04:05Z"],
  [2, ["evt_1", ...WHY, "--rate", "10001"], "whole number from 1 to 10000"],
  [1, ["--source", "none", ...WHY, "--yes"], "Cannot create a replay: there is no source none"],
])("hookgate exits with %d and one line for replay %j", async (code, args, line) => {
  const ran = await dispatcher.call(["replay", ...args]);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
  expect(ran.err).not.toMatch(/Cannot .*Cannot /);
  expect(asked.some(({ dryRun }) => !dryRun)).toBe(code === 1);
});
