import { fakeClock, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { Note } from "../store/contract/notes.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { PassedTime } from "./passed_time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 8, 7, 12);

/** Clocks of a machine and of its store, and the notes of that store. */
function machine() {
  const wall = fakeClock({ now: NOW });
  const monotonic = fakeClock({ now: 0 });
  const up = fakeClock({ now: 0 });
  const notes = new Map<string, Note>();
  const state = { steps: 0, fails: false };
  const store = {
    now: wall.now,
    clockSteps: () => state.steps,
    note: async (name: string) => notes.get(name) ?? { revision: 0, text: "" },
    async writeNote(name: string, { revision, text }: Note) {
      if (state.fails) throw new Error("Cannot write: away");
      notes.set(name, { revision: revision + 1, text });
      return true;
    },
  };
  const pass = (ms: number) => {
    for (const clock of [wall, monotonic, up]) clock.advance(ms);
  };
  const step = (ms: number) => {
    wall.advance(ms);
    state.steps += ms;
  };
  const sleep = (ms: number) => {
    step(ms);
    up.advance(ms);
  };
  const { log } = recordingLog();
  const make = () => new PassedTime({ store, monotonic: monotonic.now, uptimeMs: up.now, log });
  return { wall, notes, state, pass, step, sleep, make };
}

test.each([HOUR, DAY])(
  "ago() and since() leave out the %d ms that the clock was set over",
  (ms) => {
    const { wall, pass, step, make } = machine();
    const passed = make();
    pass(10 * MINUTE);
    step(ms);
    pass(5 * MINUTE);
    expect(passed.jumps).toEqual([{ from: NOW + 15 * MINUTE, to: NOW + 15 * MINUTE + ms }]);
    expect(passed.ago(0)).toBe(wall.now());
    expect(passed.ago(15 * MINUTE)).toBe(NOW);
    expect(passed.ago(15 * MINUTE + DAY)).toBe(NOW - DAY);
    expect(passed.since(NOW)).toBe(15 * MINUTE);
    expect(passed.since(NOW - DAY)).toBe(15 * MINUTE + DAY);
  },
);

test.each([-HOUR, -DAY])(
  "a step of %d ms and back leaves out what was set over on the way back",
  (ms) => {
    const { pass, step, make } = machine();
    const passed = make();
    step(ms);
    expect(passed.jumps).toEqual([]);
    expect(passed.ago(MINUTE)).toBe(NOW + ms - MINUTE);
    pass(5 * MINUTE);
    step(-ms);
    expect(passed.jumps).toEqual([{ from: NOW + ms + 5 * MINUTE, to: NOW + 5 * MINUTE }]);
  },
);

test("a jump that is taken back passes like any other time", () => {
  const { pass, step, make } = machine();
  const passed = make();
  step(DAY);
  expect(passed.jumps).toHaveLength(1);
  pass(MINUTE);
  step(-DAY);
  expect(passed.jumps).toHaveLength(1);
  pass(HOUR);
  expect(passed.jumps).toEqual([{ from: NOW, to: NOW + MINUTE }]);
  expect(passed.since(NOW + MINUTE)).toBe(HOUR);
});

test.each(["first", "last"])("a machine that slept was away: its uptime is read %s", (order) => {
  const { sleep, step, make } = machine();
  const passed = make();
  if (order === "first") expect(passed.jumps).toEqual([]);
  sleep(HOUR);
  expect(passed.jumps).toEqual([]);
  expect(passed.since(NOW)).toBe(HOUR);
  step(HOUR);
  expect(passed.since(NOW)).toBe(HOUR);
});

test("jumps survive a restart, and a store that was away", async () => {
  const { pass, step, state, notes, make } = machine();
  const before = make();
  await before.start();
  step(HOUR);
  state.fails = true;
  await waitFor(() => before.jumps.length === 1, { what: "the jump to be seen" });
  state.fails = false;
  await waitFor(() => notes.size === 1, { timeoutMs: 5_000, what: "the jump to be noted" });
  before.close();
  pass(MINUTE);
  const after = make();
  await after.start();
  expect(after.jumps).toEqual([{ from: NOW, to: NOW + HOUR }]);
  after.close();
});
