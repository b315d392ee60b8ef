import { fakeClock } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { BACKFILL_MARGIN_MS, createBackfill } from "./create_backfill.ts";
import { fakeReplayStore } from "./suite/fake_replay_store.ts";

const START = 1_763_950_000_000;

test.each([
  ["all events", null, { subscription: "mail" }],
  ["events from a time on", START - 7, { subscription: "mail", from: START - 7 }],
])(
  "createBackfill() makes a backfill of %s, up to those that are under way",
  async (_what, from, filter) => {
    const store = fakeReplayStore({ now: fakeClock({ now: START }).now });
    const replay = await createBackfill("mail", { store, reason: "resumed", from });
    expect(replay).toMatchObject({
      kind: "backfill",
      filter: { ...filter, to: START + BACKFILL_MARGIN_MS },
      reason: "resumed",
      perSecond: 1_000,
      state: "running",
      createdAt: START,
      cursor: null,
      expected: null,
    });
    expect(await store.replays()).toEqual([replay]);
  },
);

test("createBackfill() takes the events of an edge whose clock is ahead", async () => {
  const store = fakeReplayStore({ now: fakeClock({ now: START }).now });
  store.add({}, { receivedAt: START + 3_600_000 });
  const { filter } = await createBackfill("mail", { store, reason: "resumed", from: null });
  expect(filter.to).toBeGreaterThan(START + 3_600_000);
});
