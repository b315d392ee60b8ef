import { fakeClock } from "@hookgate/testing";
import { expect, jest, test } from "@jest/globals";
import { LookOut } from "./look_out.ts";
import { recordingLog } from "./suite/recording_log.ts";

const never = () => new Promise<never>(() => {});
const away = () => Promise.reject(new Error("away"));

function lookOutOver({
  beats = async () => {},
  checks = async () => true,
  follows = async () => {},
  ticks = async () => {},
}: {
  beats?: () => Promise<void>;
  checks?: () => Promise<boolean>;
  follows?: () => Promise<void>;
  ticks?: () => Promise<void>;
} = {}) {
  const did: string[] = [];
  const serving: boolean[] = [];
  const clock = fakeClock({ now: 0 });
  const { log, lines } = recordingLog();
  const disk = { diskHasRoom: true };
  const announced: string[] = [];
  const captures = {
    problem: null as string | null,
    announce: (problem: string) => void announced.push(problem),
  };
  const lookOut = new LookOut({
    store: {
      async heartbeat(id) {
        did.push(`heartbeat ${id}`);
        await beats();
      },
    },
    dispatcherId: "one",
    activity: { own: () => [] },
    async diskHasRoom() {
      did.push("disk");
      return checks();
    },
    diskUsers: [disk],
    captures,
    subscriptions: {
      async follow() {
        did.push("follow");
        await follows();
      },
    },
    loop: {
      async tick() {
        did.push("tick");
        await ticks();
      },
    },
    monotonic: clock.now,
    log,
  });
  const setServing = (ready: boolean) => void serving.push(ready);
  return { lookOut, did, disk, lines, clock, serving, setServing, captures, announced };
}

const EVERYTHING = ["heartbeat one", "disk", "follow", "tick"];

test("look() beats, checks the disk, follows the subscriptions and looks for what is overdue", async () => {
  const { lookOut, did } = lookOutOver();
  await lookOut.look();
  expect(did).toEqual(EVERYTHING);
  expect(lookOut.ready()).toEqual({ ready: true, problems: [] });
});

test("look() tells who stores that the disk is below its reserve, and the dispatcher is not ready", async () => {
  const { lookOut, disk } = lookOutOver({ checks: async () => false });
  await lookOut.look();
  expect(disk.diskHasRoom).toBe(false);
  expect(lookOut.ready()).toEqual({ ready: false, problems: ["the disk is below its reserve"] });
});

test.each([
  ["beats", "writing the heartbeat", "the store does not answer"],
  ["checks", "checking the disk", "the disk cannot be checked"],
  ["follows", "reading the subscriptions", "changes of subscriptions cannot be read"],
  ["ticks", "looking for overdue deliveries", "overdue deliveries cannot be looked for"],
])(
  "one look that fails stops no other, and is a problem after a while: %s",
  async (which, name, problem) => {
    const { lookOut, did, lines, clock } = lookOutOver({ [which]: away });
    await lookOut.look();
    expect(did).toEqual(EVERYTHING);
    const message = `${name} failed, trying again in 1000 ms`;
    expect(lines).toMatchObject([{ level: "error", message, fields: { err: new Error("away") } }]);
    clock.advance(5_000);
    await lookOut.look();
    expect(lookOut.ready().ready).toBe(true);
    clock.advance(1);
    await lookOut.look();
    expect(lookOut.ready()).toEqual({ ready: false, problems: [`${problem}: away`] });
  },
);

test("a dispatcher whose commits fail is not ready, and tells the edges why", () => {
  const { lookOut, captures, announced, setServing, serving } = lookOutOver();
  captures.problem = "the file is damaged";
  lookOut.start({ setServing });
  lookOut.stop();
  expect(lookOut.ready()).toEqual({ ready: false, problems: ["the file is damaged"] });
  expect({ announced, serving }).toEqual({ announced: ["the file is damaged"], serving: [false] });
});

test.each(["beats", "checks", "follows", "ticks"])(
  "one look that hangs stops no other, and is a problem after a while: %s",
  async (which) => {
    jest.useFakeTimers();
    const { lookOut, did, lines, clock, serving, setServing } = lookOutOver({ [which]: never });
    try {
      lookOut.start({ setServing });
      for (let second = 0; second < 7; second += 1) {
        clock.advance(1_000);
        await jest.advanceTimersByTimeAsync(1_000);
      }
      expect(serving.slice(0, 6)).toEqual(Array(6).fill(true));
      expect(serving.slice(6)).toEqual([false, false]);
      const counts = EVERYTHING.map((one) => did.filter((done) => done === one).length);
      expect(counts.toSorted()).toEqual([1, 7, 7, 7]);
      expect(lines).toHaveLength(1);
      expect(lines[0]?.message).toContain("hangs");
    } finally {
      lookOut.stop();
      jest.useRealTimers();
    }
  },
);

test("a dispatcher that drains does not serve again, but its looks continue until stop()", async () => {
  jest.useFakeTimers();
  const { lookOut, did, clock, serving, setServing } = lookOutOver();
  try {
    lookOut.start({ setServing });
    lookOut.drain();
    expect(serving).toEqual([true, false]);
    clock.advance(3_000);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(serving.slice(1)).not.toContain(true);
    expect(lookOut.ready()).toEqual({ ready: false, problems: ["the dispatcher is stopping"] });
    expect(did).toContain("heartbeat one");
    lookOut.stop();
    const done = did.length;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(did).toHaveLength(done);
  } finally {
    lookOut.stop();
    jest.useRealTimers();
  }
});
