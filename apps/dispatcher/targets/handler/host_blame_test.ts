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
  expect(verdict([ran(1, "a")])).toEqual({ subscriptions: ["a"], keys: [1], isCertain: true });
  blame.culprit = { key: 2, subscription: "b" };
  const caught = { subscriptions: ["b"], keys: [2], isCertain: true };
  expect(verdict([ran(1, "a"), ran(2, "b")])).toEqual(caught);
  // Its attempt is over, so no other is charged.
  expect(verdict([ran(1, "a")])).toEqual(caught);
  blame.culprit = null;
  expect(verdict([ran(1, "a")])).toEqual({ subscriptions: ["a"], keys: [1], isCertain: true });
});

test("HostBlame suspects all that ran, and those of which something may be left", () => {
  const { blame, pass, verdict } = bench();
  blame.noteEnded("old", { timedOut: true });
  pass(1_000);
  blame.noteEnded("recent", { timedOut: false });
  expect(verdict([ran(1, "a"), ran(2, "b"), ran(3, "b")])).toEqual({
    subscriptions: ["a", "b", "recent"],
    keys: [1, 2, 3],
    isCertain: false,
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
  expect(verdict([ran(1, "a")])).toMatchObject({ subscriptions: ["a"], isCertain: true });
  blame.outgrown = true;
  expect(verdict([ran(1, "a")])).toMatchObject({ subscriptions: ["a", "old"], isCertain: false });
});

test("HostBlame suspects those whose module is imported if the loop is blocked while it loads modules", () => {
  const { verdict } = bench();
  const running = [ran(1, "a"), ran(2, "b", true)];
  expect(verdict(running, { loading: true })).toEqual({
    subscriptions: ["b"],
    keys: [2],
    isCertain: true,
  });
  expect(verdict(running)).toMatchObject({ subscriptions: ["a", "b"], isCertain: false });
});

test("HostBlame knows of which subscription most attempts timed out", () => {
  const { blame } = bench();
  expect(blame.slowest).toBeNull();
  for (const name of ["a", "b", "b"]) blame.noteEnded(name, { timedOut: true });
  expect(blame.slowest).toBe("b");
});
