import { expect, test } from "@jest/globals";
import { LookOut } from "./look_out.ts";
import { recordingLog } from "./suite/recording_log.ts";

function lookOutOver({ hasRoom = true, beats = async () => {} } = {}) {
  const did: string[] = [];
  const { log, lines } = recordingLog();
  const disk = { diskHasRoom: true };
  const lookOut = new LookOut({
    store: {
      async heartbeat(id) {
        await beats();
        did.push(`heartbeat ${id}`);
      },
    },
    dispatcherId: "one",
    diskHasRoom: async () => hasRoom,
    diskUsers: [disk],
    subscriptions: { follow: async () => void did.push("follow") },
    loop: { tick: async () => void did.push("tick") },
    log,
  });
  return { lookOut, did, disk, lines };
}

test("look() beats, follows the subscriptions and looks for what is overdue", async () => {
  const { lookOut, did } = lookOutOver();
  await lookOut.look();
  expect(did).toEqual(["heartbeat one", "follow", "tick"]);
  expect(lookOut.ready()).toEqual({ ready: true, problems: [] });
});

test("look() tells who stores that the disk is below its reserve, and the dispatcher is not ready", async () => {
  const { lookOut, disk } = lookOutOver({ hasRoom: false });
  await lookOut.look();
  expect(disk.diskHasRoom).toBe(false);
  expect(lookOut.ready()).toEqual({ ready: false, problems: ["the disk is below its reserve"] });
});

test("look() logs a store that does not answer, and goes no further", async () => {
  const { lookOut, did, lines } = lookOutOver({ beats: () => Promise.reject(new Error("away")) });
  await lookOut.look();
  expect(did).toEqual([]);
  expect(lines).toMatchObject([{ level: "error", message: "look-out failed" }]);
});
