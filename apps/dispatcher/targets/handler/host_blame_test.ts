import { expect, test } from "@jest/globals";
import { HostBlame, type LostAttempt } from "./host_blame.ts";

function bench() {
  let now = 0;
  const blame = new HostBlame(() => now);
  const pass = (delayMs: number) => {
    now += delayMs;
  };
  const verdict = (running: LostAttempt[], options = { loading: false }) => {
    const { keys, ...rest } = blame.verdict(running, options);
    return { ...rest, keys: [...keys] };
  };
  return { blame, pass, verdict };
}

function ran(key: number, subscription: string, importing = false): LostAttempt {
  return { key, subscription, importing };
}

test("HostBlame is certain of the only one that ran, and of one caught in the act", () => {
  const { blame, verdict } = bench();
  expect(verdict([ran(1, "a")])).toEqual({ subscriptions: ["a"], keys: [1], certain: "attempt" });
  blame.culprit = { key: 2, subscription: "b" };
  const caught = { subscriptions: ["b"], keys: [2], certain: "attempt" };
  expect(verdict([ran(1, "a"), ran(2, "b")])).toEqual(caught);
  // Its attempt is over, so no other is charged.
  expect(verdict([ran(1, "a")])).toEqual(caught);
  blame.culprit = null;
  expect(verdict([ran(1, "a")])).toEqual({ subscriptions: ["a"], keys: [1], certain: "attempt" });
});

test("HostBlame is certain of one that filled the memory only if that ended it", () => {
  const { blame, verdict } = bench();
  blame.filler = { key: 2, subscription: "b" };
  const running = [ran(1, "a"), ran(2, "b")];
  expect(verdict(running)).toMatchObject({ subscriptions: ["a", "b"], certain: "nothing" });
  blame.outgrown = true;
  expect(verdict(running)).toEqual({ subscriptions: ["b"], keys: [2], certain: "attempt" });
});

test("HostBlame is certain of a subscription that ran several times, not of one of its attempts", () => {
  const { blame, verdict } = bench();
  expect(verdict([ran(1, "a"), ran(2, "a")])).toMatchObject({ certain: "subscription" });
  blame.noteEnded("a", { timedOut: false });
  expect(verdict([])).toMatchObject({ subscriptions: ["a"], certain: "subscription" });
});

test("HostBlame suspects all that ran, and those of which something may be left", () => {
  const { blame, pass, verdict } = bench();
  blame.noteEnded("old", { timedOut: true });
  pass(1_000);
  blame.noteEnded("recent", { timedOut: false });
  expect(verdict([ran(1, "a"), ran(2, "b"), ran(3, "b")])).toEqual({
    subscriptions: ["a", "b", "recent"],
    keys: [1, 2, 3],
    certain: "nothing",
  });
  blame.abandoned = 1;
  expect(verdict([ran(1, "a")])).toMatchObject({ subscriptions: ["a", "recent", "old"] });
  expect(verdict([]).keys).toEqual([]);
});

test("HostBlame suspects nobody of having taken memory who ended while the host was small", () => {
  const { blame, pass, verdict } = bench();
  blame.noteEnded("neighbour", { timedOut: false });
  pass(100);
  blame.noteSize(0.4);
  pass(100);
  blame.noteEnded("leaking", { timedOut: false });
  blame.noteSize(0.6);
  pass(100);
  blame.outgrown = true;
  expect(verdict([])).toMatchObject({ subscriptions: ["leaking"] });
});

test("HostBlame suspects all that ran at any time of having taken memory", () => {
  const { blame, pass, verdict } = bench();
  blame.noteEnded("old", { timedOut: false });
  pass(60_000);
  expect(verdict([ran(1, "a")])).toMatchObject({ subscriptions: ["a"], certain: "attempt" });
  blame.outgrown = true;
  expect(verdict([ran(1, "a")])).toMatchObject({ subscriptions: ["a", "old"], certain: "nothing" });
});

test("HostBlame suspects those whose module is imported if the loop is blocked while it loads modules", () => {
  const { blame, verdict } = bench();
  const imports = ran(2, "b", true);
  const guess = { subscriptions: ["b"], keys: [2], certain: "nothing" };
  expect(verdict([ran(1, "a"), imports], { loading: true })).toEqual(guess);
  expect(verdict([imports], { loading: true })).toEqual({ ...guess, certain: "attempt" });
  expect(verdict([ran(1, "a"), imports])).toMatchObject({ subscriptions: ["a", "b"] });
  // Memory is taken by what runs.
  blame.outgrown = true;
  expect(verdict([ran(1, "a"), imports], { loading: true })).toMatchObject({
    subscriptions: ["a", "b"],
  });
});

test("HostBlame knows of which subscription most attempts timed out", () => {
  const { blame } = bench();
  expect(blame.slowest).toBeNull();
  for (const name of ["a", "b", "b"]) blame.noteEnded(name, { timedOut: true });
  expect(blame.slowest).toBe("b");
});
