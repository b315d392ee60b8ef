import { fakeClock } from "@hookgate/testing";
import type { ReplayFilter } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { type CreateReplayOptions, createReplay } from "./create_replay.ts";
import { fakeReplayStore } from "./suite/fake_replay_store.ts";
import { storedSubscription } from "./suite/stored_subscription.ts";

const START = 1_763_950_000_000;

function makeStore() {
  const clock = fakeClock({ now: START });
  const store = fakeReplayStore({ now: clock.now });
  const subscriptions = [
    storedSubscription("mail"),
    storedSubscription("crm", { pausedBy: "operator" }),
    storedSubscription("old", { pausedBy: "configuration" }),
  ];
  const create = (filter: ReplayFilter, changes: Partial<CreateReplayOptions> = {}) =>
    createReplay(filter, { store, subscriptions, reason: "it was down", ...changes });
  return { clock, store, create };
}

test("createReplay() makes a replay of what matches now, and ends it with the newest event", async () => {
  const { store, create, clock } = makeStore();
  store.add({ mail: "dead", crm: "dead", old: "dead" });
  store.add({ mail: "delivered", crm: "waiting" });
  clock.advance(5);
  store.add({ crm: "dead" });
  clock.advance(1_000);
  const created = await create({ source: "academy" }, { reason: "  it was down\n", perSecond: 7 });
  expect(created).toMatchObject({
    matched: 4,
    countedAll: true,
    bySubscription: { mail: 2, crm: 2 },
    replay: {
      id: expect.stringMatching(/^rpl_[0-9a-f]{32}$/),
      kind: "replay",
      filter: { source: "academy", to: START + 6 },
      reason: "it was down",
      perSecond: 7,
      state: "running",
      createdAt: START + 1_005,
      cursor: null,
      expected: 4,
    },
  });
  expect(await store.replays()).toEqual([created.replay]);
});

test.each<[ReplayFilter, number]>([
  [{ state: "dead" }, 3],
  [{ subscription: "crm" }, 2],
  [{ subscription: "crm", state: "dead" }, 2],
  [{ type: "never" }, 0],
  [{ from: START + 1 }, 2],
  [{ to: START + 1 }, 2],
  [{ from: 0, to: 1 }, 0],
])(
  "createReplay() counts what %j matches, and makes nothing in a dry run",
  async (filter, matched) => {
    const { store, create, clock } = makeStore();
    store.add({ mail: "dead", crm: "dead" });
    clock.advance(1);
    store.add({ mail: "delivered", crm: "dead" });
    const count = await create(filter, { reason: "", dryRun: true });
    expect(count).toMatchObject({ matched, countedAll: true, replay: null });
    expect(await store.replays()).toEqual([]);
  },
);

test("createReplay() says which ids it does not know, and repeats nothing", async () => {
  const { store, create } = makeStore();
  const event = store.add({ mail: "dead" });
  const unknown = Array.from({ length: 12 }, (_, at) => `evt_${String(at).padStart(32, "0")}`);
  const [first = ""] = unknown;
  for (const dryRun of [true, false]) {
    await expect(create({ ids: [first, event.id] }, { dryRun })).rejects.toThrow(
      `Cannot create a replay: there is no ${first}`,
    );
  }
  await expect(create({ ids: [`dlv_${"0".repeat(32)}`] })).rejects.toThrow(
    /there is no dlv_0{32}$/,
  );
  await expect(create({ ids: unknown })).rejects.toThrow(/0{31}9 and 2 more$/);
  expect(await store.replays()).toEqual([]);
});

test("createReplay() says that the subscription of a named delivery is gone", async () => {
  const { store, create } = makeStore();
  const both = store.add({ mail: "dead", old: "dead" });
  const alone = store.add({ deleted: "dead" });
  const of = (id: string, name: string) =>
    store.deliveries.find((one) => one.eventId === id && one.subscription === name)?.id ?? "";
  const gone = (name: string) =>
    `Cannot create a replay: it is for subscription ${name}, which was deleted or removed`;
  await expect(create({ ids: [of(both.id, "old")] })).rejects.toThrow(gone("old"));
  await expect(create({ ids: [of(both.id, "mail"), of(both.id, "old")] })).rejects.toThrow(
    gone("old"),
  );
  await expect(create({ ids: [alone.id] })).rejects.toThrow(gone("deleted"));
  // Of an event, it repeats what can be repeated.
  expect(await create({ ids: [both.id] })).toMatchObject({ matched: 1 });
});

test("createReplay() counts who wants an event now that nobody wanted when it came", async () => {
  const { store, create } = makeStore();
  const { id } = store.add();
  const created = await create({ ids: [id] });
  expect(created).toMatchObject({ matched: 2, bySubscription: { mail: 1, crm: 1 } });
  // A filter means deliveries that there are.
  expect(await create({ type: "course.enrolled" }, { dryRun: true })).toMatchObject({ matched: 0 });
});

test("createReplay() refuses an event that nobody wants now either", async () => {
  const { store, create } = makeStore();
  const { id } = store.add();
  const subscriptions = [storedSubscription("old", { pausedBy: "configuration" })];
  await expect(create({ ids: [id] }, { subscriptions })).rejects.toThrow(
    `Cannot create a replay: no subscription wants ${id}; add one that does`,
  );
});

test("createReplay() takes ids once each, oldest first, and counts each delivery once", async () => {
  const { store, create, clock } = makeStore();
  const first = store.add({ mail: "dead", crm: "dead" });
  clock.advance(1);
  const second = store.add({ mail: "dead" });
  const [delivery] = store.deliveries;
  const ids = [second.id, first.id, delivery?.id ?? "", second.id];
  const { replay, matched } = await create({ ids });
  expect(matched).toBe(3);
  expect(replay?.filter.ids).toHaveLength(3);
  expect(replay?.filter.ids?.filter((id) => id.startsWith("evt"))).toEqual([first.id, second.id]);
});

test("createReplay() counts for so long, and says that there is more", async () => {
  const { store, create } = makeStore();
  for (let count = 0; count < 2_500; count += 1) store.add({ mail: "dead" });
  let elapsed = 0;
  const clock = () => (elapsed += 60);
  const count = await create({ state: "dead" }, { dryRun: true, countMs: 100, clock });
  expect(count).toMatchObject({ matched: 2_000, countedAll: false });
});

test.each<[string, ReplayFilter, Partial<CreateReplayOptions>, RegExp]>([
  ["no filter", {}, {}, /its filter is empty; name at least one field$/],
  ["a filter of nothing", { source: undefined } as never, {}, /its filter is empty/],
  ["ids and more", { ids: [`evt_${"0".repeat(32)}`], source: "a" }, {}, /ids exclude the other/],
  ["no ids", { ids: [] }, {}, /it must name 1 to 1000 ids/],
  ["too many ids", { ids: Array(1_001).fill("evt_1") }, {}, /it must name 1 to 1000 ids/],
  ["an id of something else", { ids: ["qtn_1"] }, {}, /"qtn_1" is not an id of an event/],
  ["one of them", { ids: ["evt_unknown", "qtn_1"] }, {}, /"qtn_1" is not an id of an event/],
  ["an id of nothing", { ids: ["evt_unknown"] }, {}, /there is no evt_unknown$/],
  ["several", { ids: ["evt_1", "dlv_x"] }, {}, /there is no evt_1, dlv_x$/],
  [
    "a state that has not ended",
    { state: "running" },
    {},
    /state is running; only deliveries that/,
  ],
  ["an end before its beginning", { from: 2, to: 1 }, {}, /from_ms is not before to_ms/],
  ["no time between", { from: 2, to: 2 }, {}, /from_ms is not before to_ms/],
  ["a time before 1970", { from: -1 }, {}, /from_ms is not a time since 1970/],
  ["a time that is none", { to: Number.NaN }, {}, /to_ms is not a time since 1970/],
  ["an unknown subscription", { subscription: "sms" }, {}, /there is no subscription sms/],
  ["a removed subscription", { subscription: "old" }, {}, /old is no longer in the configuration/],
  ["an endless name", { type: "x".repeat(1_001) }, {}, /type must have 1 to 1000 characters/],
  ["no reason", { type: "a" }, { reason: " \n" }, /it has no reason; say why/],
  ["a long reason", { type: "a" }, { reason: "x".repeat(501) }, /reason is longer than 500/],
  ["no rate", { type: "a" }, { perSecond: 0 }, /per_second must be 1 to 10000/],
  ["too high a rate", { type: "a" }, { perSecond: 10_001 }, /per_second must be 1 to 10000/],
  ["a rate in parts", { type: "a" }, { perSecond: 1.5 }, /per_second must be 1 to 10000/],
])("createReplay() refuses %s", async (_what, filter, changes, message) => {
  const { store, create } = makeStore();
  const created = create(filter, changes);
  await expect(created).rejects.toBeInstanceOf(RangeError);
  await expect(created).rejects.toThrow(message);
  await expect(created).rejects.toThrow(/^Cannot create a replay: /);
  expect(await store.replays()).toEqual([]);
});
