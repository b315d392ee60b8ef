import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Breaker, type BreakerState, type Pass } from "./breaker.ts";

/** No jitter. */
const MIDDLE = () => 0.5;

/** What happens to a breaker: `F` and `S` are attempts that fail and succeed, `?` one that says nothing, a number waits. */
type Step = "F" | "S" | "?" | number;

/** The breaker after these steps. Attempts that it does not let begin are not made. */
function after(steps: readonly Step[]): { breaker: Breaker; now: number; begun: number } {
  const breaker = new Breaker(MIDDLE);
  let now = 0;
  let begun = 0;
  for (const step of steps) {
    if (typeof step === "number") {
      now += step;
      breaker.tick(now);
      continue;
    }
    const pass = breaker.begin();
    if (pass === null) continue;
    begun += 1;
    breaker.end(pass, step === "?" ? null : step === "F", now);
  }
  return { breaker, now, begun };
}

function begun(breaker: Breaker): Pass {
  const pass = breaker.begin();
  if (pass === null) throw new Error("it lets nothing begin");
  return pass;
}

/** Begins as many probes as there may be, then ends them all alike. */
function probeAll(breaker: Breaker, outage: boolean, now: number): number {
  const passes = Array.from({ length: breaker.room }, () => begun(breaker));
  for (const pass of passes) breaker.end(pass, outage, now);
  return passes.length;
}

const times = (count: number, ...steps: Step[]): Step[] => Array(count).fill(steps).flat();

const CASES: [BreakerState, string, Step[]][] = [
  ["closed", "at first", []],
  ["closed", "after 9 failures in a row", times(9, "F")],
  ["open", "after 10 failures in a row", times(10, "F")],
  ["closed", "after 9, a success and 9", [...times(9, "F"), "S", ...times(9, "F")]],
  ["open", "after 10 with one between that says nothing", [...times(9, "F"), "?", "F"]],
  ["closed", "after 50 attempts that say nothing", times(50, "?")],
  ["half_open", "after 10 failures in a row over an hour", times(10, "F", 360_000)],
  ["closed", "after 19 attempts, every other a failure", [...times(9, "F", "S"), "F"]],
  ["open", "after 20 attempts, every other a failure", [...times(9, "S", "F"), "S", "F"]],
  ["closed", "after 21 attempts, 10 of them failures", ["S", ...times(10, "S", "F")]],
  ["closed", "after 20 attempts, half of them a minute old", times(10, "S", "F", 7_000)],
  ["open", "just before 5 s are over", [...times(10, "F"), 4_999]],
  ["half_open", "after 5 s", [...times(10, "F"), 5_000]],
  ["open", "after a probe that fails", [...times(10, "F"), 5_000, "F"]],
  ["half_open", "after a probe that says nothing", [...times(10, "F"), 5_000, "?"]],
  ["closed", "after a probe that succeeds", [...times(10, "F"), 5_000, "S"]],
  ["open", "just before another 10 s are over", [...times(10, "F"), 5_000, "F", 9_999]],
  ["half_open", "after another 10 s", [...times(10, "F"), 5_000, "F", 10_000]],
  ["closed", "after it closed and 9 more", [...times(10, "F"), 5_000, "S", ...times(9, "F")]],
  [
    "half_open",
    "5 s after it opened anew",
    [...times(10, "F"), 5_000, "S", ...times(10, "F"), 5_000],
  ],
];

test.each(CASES)("Breaker is %s %s", (state, _when, steps) => {
  expect(after(steps).breaker.state).toBe(state);
});

test("Breaker stays open twice as long each time, up to five minutes", () => {
  const { breaker, now } = after(times(10, "F"));
  const openMs: number[] = [];
  let at = now;
  for (let count = 0; count < 9; count += 1) {
    openMs.push(breaker.openUntil - at);
    at = breaker.openUntil;
    breaker.tick(at);
    probeAll(breaker, true, at);
  }
  const seconds = [5, 10, 20, 40, 80, 160, 300, 300, 300];
  expect(openMs).toEqual(seconds.map((second) => second * 1_000));
});

test.each([
  [0, 4_000],
  [0.5, 5_000],
  [0.75, 5_500],
])("Breaker stays open a fifth longer or shorter: %d gives %d ms", (random, openMs) => {
  const breaker = new Breaker(() => random);
  for (let count = 0; count < 10; count += 1) breaker.end(begun(breaker), true, 0);
  expect(breaker.openUntil).toBe(openMs);
  expect(breaker.facts).toEqual({
    failuresInARow: 10,
    attempts: 10,
    failures: 10,
    openings: 1,
    openMs,
  });
});

test("Breaker lets twice as many probes through with each opening in a row, up to 16", () => {
  const { breaker } = after(times(10, "F"));
  const probes: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    breaker.tick(breaker.openUntil);
    probes.push(probeAll(breaker, true, breaker.openUntil));
    expect(breaker.state).toBe("open");
  }
  expect(probes).toEqual([1, 2, 4, 8, 16, 16, 16]);
});

test("Breaker closes with the first of several probes that succeeds", () => {
  const { breaker } = after([...times(10, "F"), 5_000, "F", 10_000]);
  const [first, second] = [begun(breaker), begun(breaker)];
  breaker.end(first, true, 15_000);
  expect(breaker.state).toBe("half_open");
  breaker.end(second, false, 15_001);
  expect(breaker.state).toBe("closed");
});

test("Breaker lets another probe begin in place of one that says nothing", () => {
  const { breaker } = after([...times(10, "F"), 5_000]);
  breaker.end(begun(breaker), null, 5_000);
  expect([breaker.state, breaker.room]).toEqual(["half_open", 1]);
});

test("Breaker lets one probe through at first, however many ask", () => {
  const { breaker } = after([...times(10, "F"), 5_000]);
  expect(breaker.room).toBe(1);
  expect(breaker.begin()).not.toBeNull();
  expect(breaker.room).toBe(0);
  expect(breaker.begin()).toBeNull();
});

test("Breaker hears nothing of attempts that began before it last changed", () => {
  const breaker = new Breaker(MIDDLE);
  const late = [begun(breaker), begun(breaker)] as const;
  for (let count = 0; count < 10; count += 1) breaker.end(begun(breaker), true, 0);
  breaker.end(late[0], false, 1);
  expect(breaker.state).toBe("open");
  breaker.tick(5_000);
  const probe = begun(breaker);
  breaker.end(late[1], true, 5_001);
  expect([breaker.state, breaker.room]).toEqual(["half_open", 0]);
  breaker.end(probe, false, 5_002);
  expect(breaker.state).toBe("closed");
});

const COMMAND = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "begin" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      which: fc.nat(),
      // Failures mostly, or it would hardly ever open.
      outage: fc.constantFrom(true, true, true, true, true, true, false, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20_000) }) },
);

test("Breaker never lets anything begin while it is open, nor more probes run than it may, in any sequence", () => {
  const visited = new Set<BreakerState>();
  fc.assert(
    fc.property(
      fc.array(COMMAND, { minLength: 100, maxLength: 400 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (commands, random) => {
        const breaker = new Breaker(() => random);
        const running: { pass: Pass; begunIn: BreakerState }[] = [];
        let now = 0;
        for (const command of commands) {
          const was = breaker.state;
          visited.add(was);
          if (command.kind === "begin") {
            const { room } = breaker;
            const pass = breaker.begin();
            expect(pass !== null).toBe(room > 0);
            if (was === "open") expect(pass).toBeNull();
            if (pass === null) continue;
            running.push({ pass, begunIn: was });
            if (was !== "half_open") continue;
            const probes = running.filter(({ pass: { period } }) => period === pass.period);
            expect(probes.length).toBeLessThanOrEqual(
              Math.min(16, 2 ** (breaker.facts.openings - 1)),
            );
          } else if (command.kind === "end" && running.length > 0) {
            const [ended] = running.splice(command.which % running.length, 1);
            if (ended === undefined) continue;
            breaker.end(ended.pass, command.outage, now);
            // A stranger to the probes changes nothing while they run.
            if (ended.begunIn !== "half_open" && was !== "closed") expect(breaker.state).toBe(was);
          } else if (command.kind === "wait") {
            const due = was === "open" && now + command.ms >= breaker.openUntil;
            now += command.ms;
            breaker.tick(now);
            expect(breaker.state).toBe(due ? "half_open" : was);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(visited).toEqual(new Set(["closed", "open", "half_open"]));
});
