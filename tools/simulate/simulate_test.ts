import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import type { ModelStore } from "../../apps/dispatcher/store/suite/model/model_store.ts";
import type { Sabotage } from "./run_schedule.ts";
import { simulate } from "./simulate.ts";

const TEST_MS = 120_000;

test(
  "npm run simulate holds under 2,000 schedules of faults",
  async () => {
    // In a process of its own: in here it takes many times as long.
    const main = fileURLToPath(new URL("main.ts", import.meta.url));
    const args = [main, "--schedules", "2000", "--seed", "7"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^seed 7\n2000 schedules, \d+ hours of their own time\nHeld: /);
  },
  TEST_MS,
);

/** Defects, each with what the judge says of it. */
const SABOTAGES: Readonly<Record<string, [says: RegExp, sabotage: Sabotage]>> = {
  "outcomes of those who do not hold the delivery are written": [
    /got an outcome from d\d+:\d+, but/,
    inStore((model, { settle }) => {
      model.settle = (now, outcomes) =>
        settle(
          now,
          outcomes.map((one) => ({ ...one, claim: model.holderOf(one.deliveryId) ?? one.claim })),
        );
    }),
  ],
  "an outcome is acknowledged and not written": [
    /have not ended|was claimed while|but nobody holds it/,
    inStore((model, { settle }) => {
      let calls = 0;
      model.settle = (now, outcomes) => {
        calls += 1;
        return calls % 3 === 0 ? outcomes.map(() => true) : settle(now, outcomes);
      };
    }),
  ],
  "an event is acknowledged and not stored": [
    /was answered, but (plain|ordered|plain, ordered) never had it/,
    inStore((model, { commit }) => {
      let calls = 0;
      model.commit = (now, captures, options) => {
        calls += 1;
        if (calls % 3 > 0) return commit(now, captures, options);
        return captures.map(({ event }) => {
          return { eventId: event.id, duplicate: false, deliveries: [] };
        });
      };
    }),
  ],
  "deliveries are claimed a second early": [
    /was claimed \d+ ms early/,
    inStore((model, { claimDue }) => {
      model.claimDue = (now, options) => claimDue(now + 1_000, options);
    }),
  ],
  "deliveries are claimed twice": [
    /was claimed while d\d+:\d+ holds it/,
    inStore((model, { claimDue }) => {
      model.claimDue = (now, options) => {
        const claimed = claimDue(now, options);
        return [...claimed, ...claimed.slice(0, 1)];
      };
    }),
  ],
  "keys are not kept in order": [
    /before an earlier one of its key has ended/,
    inStore((model) => {
      model.isHeldBack = () => false;
    }),
  ],
  "nobody takes over": [
    /have not ended \((running|waiting)/,
    inStore((model) => {
      model.takeOver = () => 0;
      model.takeOverAll = () => 0;
    }),
  ],
  "the living are taken over": [
    /was taken from a dispatcher that lived \d+ ms ago/,
    inStore((model, { takeOver }) => {
      model.takeOver = (now, options) => takeOver(now, { ...options, staleMs: 2_000 });
    }),
  ],
  "claims whose answer was lost are not given back": [
    /have not ended \((running|waiting)/,
    inStore((model) => {
      model.reclaim = () => 0;
    }),
  ],
  "what runs is given back too": [
    /was taken from d\d+:\d+ while it ran/,
    inStore((model, { reclaim }) => {
      model.reclaim = (now, options) => reclaim(now, { ...options, liveTokens: new Set() });
    }),
  ],
  "what waits does not follow a step of the clock": [
    /early|have not ended/,
    inStore((model) => {
      model.rebase = () => 0;
    }),
  ],
  "a dispatcher is deaf to alarms and to its look-out": [
    /have not ended \((running|waiting)/,
    {
      loop(loop) {
        loop.tick = async () => {};
      },
    },
  ],
  "a dispatcher forgets what waits until it is due": [
    /have not ended \(waiting/,
    {
      loop(loop) {
        loop.lookEverywhere = () => {};
      },
    },
  ],
};

/** A sabotage of the store, which gets the operations as they were. */
function inStore(change: (model: ModelStore, before: Operations) => void): Sabotage {
  return {
    store(model) {
      const bound = <K extends keyof Operations>(name: K) =>
        model[name].bind(model) as Operations[K];
      change(model, {
        commit: bound("commit"),
        claimDue: bound("claimDue"),
        settle: bound("settle"),
        takeOver: bound("takeOver"),
        reclaim: bound("reclaim"),
      });
    },
  };
}

type Operations = Pick<ModelStore, "commit" | "claimDue" | "settle" | "takeOver" | "reclaim">;

test.each(Object.entries(SABOTAGES))(
  "the judge sees when %s",
  async (_, [says, sabotage]) => {
    const { failure } = await simulate({ schedules: 5_000, seed: 7, sabotage });
    expect(failure?.problems.join("\n")).toMatch(says);
  },
  TEST_MS,
);

test("a failure is shrunk, and its seed and path lead to it again", async () => {
  const [, sabotage] = SABOTAGES["keys are not kept in order"] ?? [];
  if (!sabotage) throw new TypeError("Cannot test: there is no such sabotage");
  const { failure } = await simulate({ schedules: 5_000, seed: 7, sabotage });
  expect(failure?.schedule.steps.length).toBeLessThan(5);
  const { seed = 0, path = "" } = failure ?? {};
  const again = await simulate({ schedules: 1, seed, path, sabotage });
  expect(again.failure?.problems).toEqual(failure?.problems);
  expect(again.failure?.lines).toEqual(failure?.lines);
});
