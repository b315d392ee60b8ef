import type { Config } from "@hookgate/config";
import { expect, test } from "@jest/globals";
import type { EventStore } from "../store/contract/event_store.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { recurringWork } from "./recurring_work.ts";

test("nothing is taken over before one's own heartbeats have been steady for as long as makes others' old", async () => {
  const { log } = recordingLog();
  const heartbeats = { steadyMs: 0 };
  const asked: object[] = [];
  let looks = 0;
  const [work] = recurringWork({
    store: {
      async takeOver(options: object) {
        asked.push(options);
        return 1;
      },
    } as unknown as EventStore,
    dispatcherId: "one",
    heartbeats,
    passed: noJumps({ now: () => 0 }),
    config: () => ({}) as Config,
    loop: {
      lookEverywhere() {
        looks += 1;
      },
    },
    subscriptions: { adopt() {} },
    notifier: { look: async () => {} },
    activity: { count() {}, all: async () => new Map() },
    log,
  });
  expect(work?.name).toBe("take over");
  await work?.work();
  heartbeats.steadyMs = 7_999;
  await work?.work();
  expect([asked, looks]).toEqual([[], 0]);
  heartbeats.steadyMs = 8_000;
  await work?.work();
  expect([asked, looks]).toEqual([[{ dispatcherId: "one", staleMs: 8_000 }], 1]);
});
