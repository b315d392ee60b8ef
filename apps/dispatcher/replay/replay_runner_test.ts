import { fakeClock, makeReplay } from "@hookgate/testing";
import { expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { ReplayRunner } from "./replay_runner.ts";
import {
  type FakeReplayStore,
  type FakeReplayStoreOptions,
  fakeReplayStore,
} from "./suite/fake_replay_store.ts";
import { storedSubscription } from "./suite/stored_subscription.ts";

const START = 1_763_950_000_000;

/** A runner over a store in memory, and a clock that only the test moves. */
function makeRunner({
  subscriptions = [storedSubscription("mail"), storedSubscription("crm")],
  before,
}: {
  subscriptions?: StoredSubscription[];
  before?: FakeReplayStoreOptions["before"];
} = {}) {
  const clock = fakeClock({ now: START });
  const store = fakeReplayStore({ now: clock.now, ...(before && { before }) });
  const { log, lines } = recordingLog();
  const woken: string[] = [];
  const newRunner = () =>
    new ReplayRunner({
      store,
      subscriptions: () => subscriptions,
      wake: (name) => void woken.push(name),
      log,
      clock: clock.now,
      random: () => 0.5,
    });
  return { clock, store, lines, woken, subscriptions, newRunner, runner: newRunner() };
}

/** Runs for so long, as the time of the clock goes. */
async function runFor(
  ms: number,
  { runner, clock, each = () => {} }: Pick<Made, "runner" | "clock"> & { each?: () => void },
): Promise<void> {
  const endAt = clock.now() + ms;
  for (;;) {
    const waitMs = await runner.pass();
    each();
    if (clock.now() + waitMs >= endAt) break;
    clock.advance(Math.max(waitMs, 0.01));
  }
  clock.advance(endAt - clock.now());
}

type Made = ReturnType<typeof makeRunner>;

/** The deliveries that replays made, as `event generation`, in the order made. */
function madeBy(store: FakeReplayStore): string[] {
  return store.deliveries
    .filter(({ replay }) => replay !== null)
    .map(({ eventId, subscription }) => `${eventId} ${subscription}`);
}

function addDead(store: FakeReplayStore, count: number): string[] {
  return Array.from({ length: count }, () => `${store.add({ mail: "dead" }).id} mail`);
}

async function replayOf(store: FakeReplayStore, id: string) {
  return (await store.replays()).find((one) => one.id === id);
}

test("ReplayRunner reads no replay that has ended, each second", async () => {
  const made = makeRunner();
  const { store, runner } = made;
  for (let n = 0; n < 20; n += 1) {
    await store.createReplay(makeReplay({ state: "done", endedAt: START }));
  }
  await store.createReplay(makeReplay({ filter: { state: "dead" } }));
  const read: number[] = [];
  const replays = store.replays.bind(store);
  store.replays = async (options) => {
    const found = await replays(options);
    read.push(found.length);
    return found;
  };
  await runFor(2_500, made);
  await runner.stop();
  expect(read).toEqual([1, 0, 0]);
});

test("ReplayRunner cancels a backfill whose subscription is missing for a minute, whatever the wall clock does", async () => {
  const made = makeRunner();
  const { store, lines } = made;
  const now = store.now;
  const replay = makeReplay({ kind: "backfill", filter: { subscription: "gone" } });
  await store.createReplay(replay);
  await runFor(1_000, made);
  store.now = () => now() + 3_600_000;
  await runFor(55_000, made);
  expect(await replayOf(store, replay.id)).toMatchObject({ state: "running" });
  await runFor(10_000, made);
  expect(await replayOf(store, replay.id)).toMatchObject({ state: "cancelled" });
  expect(lines.at(-1)).toMatchObject({ fields: { replay: replay.id, subscription: "gone" } });
});

test("ReplayRunner repeats what matches, oldest first, once, and is done", async () => {
  const made = makeRunner();
  const { store, woken, lines } = made;
  const expected = addDead(store, 30);
  store.add({ mail: "delivered" });
  store.add({ mail: "waiting" });
  store.add({});
  const replay = makeReplay({ filter: { state: "dead" }, perSecond: 50 });
  await store.createReplay(replay);
  await runFor(5_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toEqual(expected);
  const [first] = store.deliveries.filter(({ replay: by }) => by !== null);
  expect(first).toMatchObject({ generation: 2, replay: replay.id, orderKey: null });
  expect(first?.replayOf).toBe(store.deliveries[0]?.id);
  expect(await replayOf(store, replay.id)).toMatchObject({ state: "done", seen: 30, made: 30 });
  expect(new Set(woken)).toEqual(new Set(["mail"]));
  expect(store.read).toEqual([]);
  expect(lines).toMatchObject([{ fields: { replay: replay.id, state: "done", made: 30 } }]);
});

test.each([
  [1, 10],
  [7, 10],
  [50, 10],
  [1_000, 2],
  [10_000, 1],
])("ReplayRunner makes no more than %d deliveries a second", async (perSecond, seconds) => {
  const made = makeRunner();
  const { store, clock } = made;
  addDead(store, perSecond * (seconds + 1));
  await store.createReplay(makeReplay({ perSecond }));
  const live = store.deliveries.length;
  /** What was made by when. */
  const soFar: { at: number; count: number }[] = [];
  const each = () => {
    soFar.push({ at: clock.now(), count: store.deliveries.length - live });
    store.attemptAll();
  };
  await runFor(seconds * 1_000, { ...made, each });
  const step = Math.min(256, Math.max(1, Math.floor(perSecond / 10)));
  expect(store.deliveries.length - live).toBeGreaterThanOrEqual(perSecond * seconds * 0.9 - step);
  for (const { at, count } of soFar) {
    const later = soFar.findLast((one) => one.at < at + 1_000)?.count ?? count;
    // The rate, the step that begins the second, and what is made up for.
    expect(later - count).toBeLessThanOrEqual(Math.ceil(perSecond * 1.1) + step);
  }
});

test.each([
  [50, 50],
  [1, 1],
  [10_000, 2_000],
])("ReplayRunner at %d a second leaves %d waiting at most", async (perSecond, waiting) => {
  const made = makeRunner();
  addDead(made.store, waiting + 300);
  await made.store.createReplay(makeReplay({ perSecond }));
  await runFor(4_000, made);
  expect(madeBy(made.store).length).toBeLessThanOrEqual(waiting);
  expect(madeBy(made.store).length).toBeGreaterThan(waiting - 256);
  const before = madeBy(made.store).length;
  made.store.attemptAll();
  await runFor(1_000, made);
  expect(madeBy(made.store).length).toBeGreaterThan(before);
});

test.each([
  ["paused", "running"],
  ["cancelled", null],
] as const)("ReplayRunner makes nothing more once a replay is %s", async (state, then) => {
  let pause = false;
  const made = makeRunner({
    before: async (operation) => {
      // Between the plan of a step and its writing.
      if (operation !== "stepReplay" || !pause) return;
      pause = false;
      await made.store.setReplayState(replay.id, state);
    },
  });
  const { store } = made;
  const replay = makeReplay({ perSecond: 50 });
  const expected = addDead(store, 60);
  await store.createReplay(replay);
  await runFor(500, { ...made, each: store.attemptAll });
  const before = madeBy(store).length;
  expect(before).toBeGreaterThan(0);
  pause = true;
  await runFor(3_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toHaveLength(before);
  if (then === null) return;
  await store.setReplayState(replay.id, then);
  await runFor(3_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toEqual(expected);
});

test("ReplayRunner takes turns between replays", async () => {
  const made = makeRunner();
  const { store } = made;
  for (let count = 0; count < 200; count += 1) store.add({ mail: "dead", crm: "dead" });
  await store.createReplay(makeReplay({ filter: { subscription: "mail" }, perSecond: 100 }));
  await store.createReplay(makeReplay({ filter: { subscription: "crm" }, perSecond: 100 }));
  await runFor(1_000, { ...made, each: store.attemptAll });
  for (const name of ["mail", "crm"]) {
    const count = madeBy(store).filter((one) => one.endsWith(name)).length;
    expect(count).toBeGreaterThan(80);
    expect(count).toBeLessThan(130);
  }
});

test("ReplayRunner continues where the last one stopped", async () => {
  const made = makeRunner();
  const { store } = made;
  const expected = addDead(store, 60);
  await store.createReplay(makeReplay({ perSecond: 50 }));
  await runFor(500, { ...made, each: store.attemptAll });
  const before = madeBy(store).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(60);
  await runFor(3_000, { ...made, runner: made.newRunner(), each: store.attemptAll });
  expect(madeBy(store)).toEqual(expected);
});

test("ReplayRunner looks through many events of which few match without making much of it", async () => {
  const made = makeRunner();
  const { store } = made;
  for (let count = 0; count < 950; count += 1) store.add({ mail: "waiting" });
  const expected = addDead(store, 1);
  await store.createReplay(makeReplay({ filter: { from: 0 }, perSecond: 1 }));
  await runFor(1_000, made);
  expect(madeBy(store)).toEqual(expected);
  expect(store.steps.length).toBeLessThanOrEqual(10);
});

test("ReplayRunner leaves what is removed, passes over it, and counts it as seen", async () => {
  const made = makeRunner({
    subscriptions: [
      storedSubscription("mail"),
      storedSubscription("old", { pausedBy: "configuration" }),
    ],
  });
  const { store } = made;
  const event = store.add({ mail: "dead", old: "dead", never: "dead" });
  store.add({ old: "dead" });
  const replay = makeReplay();
  await store.createReplay(replay);
  await runFor(1_000, made);
  expect(madeBy(store)).toEqual([`${event.id} mail`]);
  expect(await replayOf(store, replay.id)).toMatchObject({ state: "done", seen: 2, made: 1 });
});

test.each(["operator", "endpoint", "backlog"] as const)(
  "ReplayRunner waits at a subscription that is paused by %s, and says so once",
  async (pausedBy) => {
    const made = makeRunner({
      subscriptions: [storedSubscription("mail"), storedSubscription("crm", { pausedBy })],
    });
    const { store, lines, subscriptions } = made;
    const expected = [
      ...addDead(store, 3),
      `${store.add({ crm: "dead" }).id} crm`,
      ...addDead(store, 2),
    ];
    await store.createReplay(makeReplay());
    await runFor(5_000, { ...made, each: store.attemptAll });
    expect(madeBy(store)).toEqual(expected.slice(0, 3));
    expect(lines).toMatchObject([
      { level: "warn", fields: { subscription: "crm", because: "paused" } },
    ]);
    subscriptions[1] = storedSubscription("crm");
    await runFor(5_000, { ...made, each: store.attemptAll });
    expect(madeBy(store)).toEqual(expected);
  },
);

test("ReplayRunner reads bodies only for what is kept in order", async () => {
  const made = makeRunner({
    subscriptions: [
      storedSubscription("mail"),
      storedSubscription("crm", { orderBy: "/id", events: ["never"] }),
    ],
  });
  const { store } = made;
  store.add({ mail: "dead" });
  const ordered = store.add({ mail: "dead", crm: "dead" }, { body: Buffer.from('{"id":7}') });
  await store.createReplay(makeReplay());
  await runFor(1_000, made);
  expect(store.read).toEqual([ordered.id]);
  expect(store.steps.flatMap(({ deliveries }) => deliveries)).toMatchObject([
    { subscription: "mail", orderKey: null },
    { subscription: "mail", orderKey: null },
    { subscription: "crm", orderKey: "7" },
  ]);
});

test("ReplayRunner repeats by id: an event's deliveries, or one delivery; each once", async () => {
  const made = makeRunner();
  const { store } = made;
  const both = store.add({ mail: "dead", crm: "delivered" });
  const one = store.add({ mail: "dead", crm: "dead" });
  store.add({ mail: "dead" });
  const delivery = store.deliveries.find(
    ({ eventId, subscription }) => eventId === one.id && subscription === "crm",
  );
  const gone = `evt_${"0".repeat(32)}`;
  const ids = [
    both.id,
    gone,
    delivery?.id ?? "",
    `dlv_${"0".repeat(32)}`,
    both.id.replace("evt", "dlv"),
  ];
  const replay = makeReplay({
    filter: { ids: [...ids, store.deliveries[0]?.id ?? ""] },
    perSecond: 10,
  });
  await store.createReplay(replay);
  await runFor(5_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toEqual([`${both.id} mail`, `${both.id} crm`, `${one.id} crm`]);
  expect(await replayOf(store, replay.id)).toMatchObject({ state: "done", seen: 3, made: 3 });
});

test("ReplayRunner gives a backfill's subscription what it wants and never had, between its bounds", async () => {
  const made = makeRunner({ subscriptions: [storedSubscription("mail", { events: ["paid"] })] });
  const { store, clock } = made;
  const add = (at: number, type: string, states = {}) => {
    return store.add(states, { receivedAt: START + at, type }).id;
  };
  add(0, "paid");
  const first = add(1, "paid");
  add(2, "other");
  add(3, "paid", { mail: "dead" });
  const other = add(4, "paid", { crm: "delivered" });
  add(5, "paid");
  clock.advance(10);
  const filter = { subscription: "mail", from: START + 1, to: START + 5 };
  await store.createReplay(makeReplay({ kind: "backfill", filter, createdAt: clock.now() }));
  await runFor(1_000, made);
  expect(madeBy(store)).toEqual([`${first} mail`, `${other} mail`]);
  expect(store.deliveries.at(-1)).toMatchObject({ generation: 1, replayOf: null });
  expect(store.steps.flatMap(({ deliveries }) => deliveries)).toHaveLength(2);
  expect(store.read).toEqual([]);
});

test("ReplayRunner holds a backfill's conditions against bodies of the types that are wanted", async () => {
  const where = [{ pointer: "/plan", test: "exists", value: true }] as const;
  const subscription = storedSubscription("mail", { events: ["paid"], where, orderBy: "/id" });
  const made = makeRunner({ subscriptions: [subscription] });
  const { store } = made;
  const body = (text: string) => ({ type: "paid", body: Buffer.from(text) });
  const wanted = store.add({}, body('{"plan":"pro","id":7}'));
  const unwanted = store.add({}, body('{"id":7}'));
  store.add({}, { ...body('{"plan":"pro","id":7}'), type: "other" });
  await store.createReplay(makeReplay({ kind: "backfill", filter: { subscription: "mail" } }));
  await runFor(1_000, made);
  expect(store.read).toEqual([wanted.id, unwanted.id]);
  expect(store.steps.flatMap(({ deliveries }) => deliveries)).toMatchObject([
    { eventId: wanted.id, orderKey: "7" },
  ]);
});

test("ReplayRunner lets a backfill wait for a subscription that is not there yet, and cancels it after a minute", async () => {
  const made = makeRunner({ subscriptions: [] });
  const { store, subscriptions, lines } = made;
  const event = store.add();
  const backfill = (subscription: string) =>
    makeReplay({ kind: "backfill", filter: { subscription }, createdAt: START });
  const [late, never] = [backfill("mail"), backfill("never")];
  await store.createReplay(late);
  await store.createReplay(never);
  await runFor(30_000, made);
  expect(madeBy(store)).toEqual([]);
  subscriptions.push(storedSubscription("mail"));
  await runFor(40_000, made);
  expect(madeBy(store)).toEqual([`${event.id} mail`]);
  expect(await replayOf(store, late.id)).toMatchObject({ state: "done" });
  expect(await replayOf(store, never.id)).toMatchObject({ state: "cancelled" });
  expect(lines.filter(({ level }) => level === "warn")).toHaveLength(3);
});

test.each(["replays", "listEvents", "stepReplay", "replayBacklog"] as const)(
  "ReplayRunner tries again after a fault of %s",
  async (faulty) => {
    let faults = 2;
    const made = makeRunner({
      before: async (operation) => {
        if (operation === faulty && faults-- > 0) throw new StoreUnavailableError("gone");
      },
    });
    const { store, lines } = made;
    const expected = addDead(store, 20);
    await store.createReplay(makeReplay({ perSecond: 50 }));
    await runFor(10_000, { ...made, each: store.attemptAll });
    expect(madeBy(store)).toEqual(expected);
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(2);
  },
);

test("ReplayRunner runs one replay while another one fails", async () => {
  const made = makeRunner();
  const { store, lines } = made;
  const { stepReplay } = store;
  const broken = makeReplay({ filter: { subscription: "crm" } });
  store.stepReplay = async (id, step) => {
    if (id === broken.id) throw new RangeError("no such cursor");
    return stepReplay(id, step);
  };
  const expected = addDead(store, 20);
  await store.createReplay(broken);
  await store.createReplay(makeReplay());
  await runFor(10_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toEqual(expected);
  const failed = lines.filter(({ level }) => level === "error");
  expect(failed.length).toBeLessThanOrEqual(5);
  expect(failed[0]?.fields).toMatchObject({ replay: broken.id });
});

test("ReplayRunner runs one replay while a step of another one hangs", async () => {
  jest.useFakeTimers();
  try {
    const { runner, store, clock, lines } = makeRunner();
    const [first] = addDead(store, 3);
    const hung = makeReplay({ filter: { subscription: "crm" } });
    await store.createReplay(hung);
    await store.createReplay(makeReplay({ filter: { subscription: "mail" } }));
    const { listEvents } = store;
    store.listEvents = (query) =>
      query.subscription === "crm" ? new Promise(() => {}) : listEvents(query);
    const pass = runner.pass();
    await jest.advanceTimersByTimeAsync(10_000);
    await pass;
    clock.advance(1_000);
    await runner.pass();
    expect(madeBy(store)).toContain(first);
    const message = "replay step failed, trying again in 2000 ms";
    expect(lines).toContainEqual(
      expect.objectContaining({ message, fields: expect.objectContaining({ replay: hung.id }) }),
    );
  } finally {
    jest.useRealTimers();
  }
});

test("ReplayRunner continues after a step whose answer was lost, and doubles nothing", async () => {
  let lose = true;
  const made = makeRunner();
  const { store } = made;
  const { stepReplay } = store;
  store.stepReplay = async (id, step) => {
    const result = await stepReplay(id, step);
    if (!lose) return result;
    lose = false;
    throw new StoreUnavailableError("answer lost");
  };
  const expected = addDead(store, 20);
  await store.createReplay(makeReplay({ perSecond: 50 }));
  await runFor(10_000, { ...made, each: store.attemptAll });
  expect(madeBy(store)).toEqual(expected);
});

test("ReplayRunner that meets another's step follows, and continues where the other stopped", async () => {
  const made = makeRunner();
  const { store, clock } = made;
  addDead(store, 200);
  const replay = makeReplay({ perSecond: 10 });
  await store.createReplay(replay);
  const other = made.newRunner();
  const both = {
    pass: async () => {
      // Both plan from the same cursor; one of them is refused.
      const waits = await Promise.all([made.runner.pass(), other.pass()]);
      return Math.min(...waits);
    },
  } as ReplayRunner;
  await runFor(6_000, { clock, runner: both, each: store.attemptAll });
  const written = madeBy(store).length;
  expect(written).toBeLessThanOrEqual(63);
  const refused = store.steps.length - written;
  expect(refused).toBe(1);
  await runFor(6_000, { clock, runner: other, each: store.attemptAll });
  expect(madeBy(store).length).toBeGreaterThan(written + 20);
});

test("ReplayRunner starts by itself, looks when told, and stops within a step", async () => {
  const reached = Promise.withResolvers<void>();
  const proceed = Promise.withResolvers<void>();
  let hold = false;
  const store = fakeReplayStore({
    now: Date.now,
    before: async (operation) => {
      if (operation !== "stepReplay" || !hold) return;
      reached.resolve();
      await proceed.promise;
    },
  });
  const { log } = recordingLog();
  const subscriptions = () => [storedSubscription("mail")];
  const runner = new ReplayRunner({ store, subscriptions, wake: () => {}, log });
  runner.start();
  addDead(store, 300);
  hold = true;
  await store.createReplay(makeReplay());
  runner.look();
  await reached.promise;
  const stopped = runner.stop();
  proceed.resolve();
  await stopped;
  expect(store.steps).toHaveLength(1);
  expect(madeBy(store)).toHaveLength(25);
});

test("two ReplayRunners make every matching delivery exactly once, however they interleave", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(10, 30, 100),
      fc.constantFrom("replay" as const, "backfill" as const),
      fc.array(fc.constantFrom("dead", "delivered", "waiting", "none"), { maxLength: 20 }),
      async (scheduler, count, perSecond, kind, states) => {
        const made = makeRunner({
          before: (operation) => scheduler.schedule(Promise.resolve(), operation),
        });
        const { store, clock } = made;
        const wanted: string[] = [];
        for (let at = 0; at < count; at += 1) {
          const state = states[at % Math.max(1, states.length)] ?? "dead";
          const { id } = store.add(state === "none" ? {} : { mail: state as "dead" });
          const matches =
            kind === "replay" ? state === "dead" || state === "delivered" : state === "none";
          if (matches) wanted.push(`${id} mail`);
        }
        const filter = kind === "replay" ? {} : { subscription: "mail" };
        const created = store.createReplay(makeReplay({ kind, filter, perSecond }));
        await scheduler.waitFor(created);
        const run = async (runner: ReplayRunner, speed: number) => {
          for (let passes = 0; passes < 400; passes += 1) {
            clock.advance((await runner.pass()) * speed);
            store.attemptAll();
          }
        };
        await scheduler.waitFor(Promise.all([run(made.runner, 1), run(made.newRunner(), 0.3)]));
        expect(madeBy(store)).toEqual(wanted);
        const [replay] = await scheduler.waitFor(store.replays());
        expect(replay).toMatchObject({ state: "done", seen: count, made: wanted.length });
      },
    ),
    { numRuns: 100 },
  );
});
