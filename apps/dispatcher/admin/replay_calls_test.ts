import { type CreateReplayRequest, replayFilterToMessage } from "@hookgate/rpc";
import { fakeClock, makeReplay } from "@hookgate/testing";
import type { Replay, ReplayFilter } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { fakeReplayStore } from "../replay/suite/fake_replay_store.ts";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { failureId } from "../store/contract/decide_failures.ts";
import type { FailureGroup } from "../store/contract/failures.ts";
import { exampleSource } from "../suite/example_source.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { replayCalls } from "./replay_calls.ts";

const GROUP = failureId(["a"]);
const NOW = 1_763_950_000_000;

function makeCalls() {
  const store = fakeReplayStore({ now: fakeClock({ now: NOW }).now });
  const looks: string[] = [];
  const failure = async (id: string) =>
    id === GROUP ? ({ id, subscription: "mail" } as FailureGroup) : null;
  const calls = replayCalls({
    store: Object.assign(store, { failure }),
    sources: () => [exampleSource()],
    subscriptions: () => [storedSubscription("mail")],
    lookForReplays: () => void looks.push("looked"),
    log: recordingLog().log,
  });
  return { store, calls, looks };
}

function request(changes: Partial<CreateReplayRequest> = {}): CreateReplayRequest {
  const filter = replayFilterToMessage({ state: "dead" });
  return { filter, reason: "it was down", perSecond: 0, dryRun: false, ...changes };
}

test("createReplay() makes a replay, has it run, and says what matches", async () => {
  const { store, calls, looks } = makeCalls();
  store.add({ mail: "dead" });
  store.add({ mail: "delivered" });
  const created = await calls.createReplay(request());
  expect(created).toMatchObject({
    replay: {
      kind: "replay",
      state: "running",
      perSecond: 200,
      expected: 1,
      filter: { state: "DELIVERY_STATE_DEAD" },
    },
    matched: 1,
    countedAll: true,
    bySubscription: [{ subscription: "mail", deliveries: 1 }],
  });
  expect((await store.replays()).map(({ id }) => id)).toEqual([created.replay?.id]);
  expect(looks).toEqual(["looked"]);
});

test("createReplay() of a dry run only counts, without a reason", async () => {
  const { store, calls, looks } = makeCalls();
  store.add({ mail: "dead" });
  const created = await calls.createReplay(request({ dryRun: true, reason: "" }));
  expect(created).toMatchObject({ replay: null, matched: 1, countedAll: true });
  expect([await store.replays(), looks]).toEqual([[], []]);
});

test.each<[string, string, ReplayFilter]>([
  ["NOT_FOUND", `there is no evt_${"0".repeat(32)}`, { ids: [`evt_${"0".repeat(32)}`] }],
  ["NOT_FOUND", "there is no subscription sms", { subscription: "sms" }],
])("createReplay() is %s: %s", async (code, problem, filter) => {
  const { calls, looks } = makeCalls();
  const asked = request({ filter: replayFilterToMessage(filter) });
  const message = expect.stringContaining(problem);
  await expect(calls.createReplay(asked)).rejects.toMatchObject({ code, message });
  expect(looks).toEqual([]);
});

test.each<[string, Partial<CreateReplayRequest>, RegExp]>([
  ["no filter", { filter: null }, /its filter is empty/],
  ["an empty filter", { filter: replayFilterToMessage({}) }, /its filter is empty/],
  ["no reason", { reason: "" }, /it has no reason/],
  ["a negative rate", { perSecond: -1 }, /per_second must be 1 to 10000/],
])("createReplay() with %s is INVALID_ARGUMENT", async (_what, changes, message) => {
  const { calls, looks } = makeCalls();
  await expect(calls.createReplay(request(changes))).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(message),
  });
  expect(looks).toEqual([]);
});

test("listReplays() gives so many, newest first", async () => {
  const { store, calls } = makeCalls();
  const made: Replay[] = [];
  for (let count = 0; count < 60; count += 1) {
    const replay = makeReplay({ id: `rpl_${count.toString().padStart(32, "0")}` });
    made.unshift(replay);
    await store.createReplay(replay);
  }
  const ids = async (limit: number) =>
    (await calls.listReplays({ limit })).replays.map(({ id }) => id);
  expect(await ids(2)).toEqual(made.slice(0, 2).map(({ id }) => id));
  expect(await ids(0)).toHaveLength(50);
  expect(await ids(1_000)).toHaveLength(60);
});

test("listReplays() ends before more ids than fit into a message", async () => {
  const { store, calls } = makeCalls();
  const ids = Array.from({ length: 1_000 }, (_, at) => `evt_${at}`);
  for (let count = 0; count < 150; count += 1) {
    await store.createReplay(makeReplay({ filter: { ids } }));
  }
  expect((await calls.listReplays({ limit: 1_000 })).replays).toHaveLength(100);
});

test.each([-1, 1_001])("listReplays() of %d is INVALID_ARGUMENT", async (limit) => {
  const listed = makeCalls().calls.listReplays({ limit });
  await expect(listed).rejects.toMatchObject({ message: "limit must be 1 to 1000" });
});

test("setReplayState() pauses, resumes and cancels, each time looked at", async () => {
  const { store, calls, looks } = makeCalls();
  const { id } = makeReplay();
  await store.createReplay(makeReplay({ id }));
  for (const state of ["paused", "running", "cancelled", "cancelled"]) {
    expect(await calls.setReplayState({ id, state })).toMatchObject({ replay: { id, state } });
  }
  expect(looks).toHaveLength(4);
});

test.each([
  ["rpl_1", "done", "INVALID_ARGUMENT", /^state must be running, paused or cancelled$/],
  ["rpl_1", "", "INVALID_ARGUMENT", /^state must be/],
  ["rpl_2", "paused", "NOT_FOUND", /^there is no replay rpl_2$/],
  ["rpl_1", "running", "FAILED_PRECONDITION", /^replay rpl_1 is done: it has ended/],
])("setReplayState(%j, %j) is %s", async (id, state, code, message) => {
  const { store, calls, looks } = makeCalls();
  await store.createReplay(makeReplay({ id: "rpl_1", state: "done", endedAt: NOW }));
  const set = calls.setReplayState({ id, state });
  await expect(set).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(looks).toEqual([]);
});

test("createReplay() of a group of failures repeats its dead deliveries, of its subscription", async () => {
  const { calls } = makeCalls();
  const filter = replayFilterToMessage({ failure: GROUP });
  const { replay } = await calls.createReplay(request({ filter }));
  const made = { failure: GROUP, subscription: "mail", state: "DELIVERY_STATE_DEAD" };
  expect(replay?.filter).toMatchObject(made);
  const unknown = replayFilterToMessage({ failure: failureId(["b"]) });
  await expect(calls.createReplay(request({ filter: unknown }))).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const other = replayFilterToMessage({ failure: GROUP, subscription: "crm" });
  await expect(calls.createReplay(request({ filter: other }))).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});
