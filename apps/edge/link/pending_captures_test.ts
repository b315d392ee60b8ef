import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { makeEvent, waitFor } from "@hookgate/testing";
import type { CapturedEvent } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type CaptureAnswer, PendingCaptures } from "./pending_captures.ts";

/** Eleven days: no test takes that long. */
const NEVER = 1_000_000_000;
const STORED: CaptureAnswer = { outcome: "stored", eventId: "evt_1" };

let pending: PendingCaptures;

beforeEach(() => {
  pending = new PendingCaptures({ monotonic: () => performance.now(), lateReason: () => "late" });
});

afterEach(() => pending.answerAll(STORED));

/** Takes at most so many events. */
function take(count: number) {
  let left = count;
  return pending.take(() => {
    left -= 1;
    return left >= 0;
  });
}

test("PendingCaptures answers each event at its own deadline, in any order of arrival", async () => {
  const time = { now: 0 };
  pending = new PendingCaptures({ monotonic: () => time.now, lateReason: () => "late" });
  const settled: object[] = [];
  for (const deadlineAt of [5_000, 60, 20, 40, 4_000]) {
    void pending
      .add(makeEvent(), deadlineAt)
      .then((answer) => settled.push({ deadlineAt, answer }));
  }
  for (const [index, deadlineAt] of [20, 40, 60].entries()) {
    time.now = deadlineAt;
    await waitFor(() => settled.length > index, { what: `the answer due at ${deadlineAt}` });
  }
  const answer = { outcome: "unavailable", reason: "late" };
  expect(settled).toEqual([20, 40, 60].map((deadlineAt) => ({ deadlineAt, answer })));
  expect(pending.size).toBe(2);
});

test("PendingCaptures answers none before its deadline", async () => {
  const early: number[] = [];
  const now = performance.now();
  const answers = Array.from({ length: 200 }, async (_, index) => {
    const deadlineAt = now + ((index * 37) % 50);
    await pending.add(makeEvent(), deadlineAt);
    if (performance.now() < deadlineAt) early.push(index);
  });
  await Promise.all(answers);
  expect(early).toEqual([]);
});

test("PendingCaptures keeps nothing of an event that is answered, however long its queue is", async () => {
  const answered: WeakRef<CapturedEvent>[] = [];
  const add = () => {
    const event = makeEvent({ body: randomBytes(10) });
    void pending.add(event, NEVER);
    return new WeakRef(event);
  };
  // The queue never runs empty.
  add();
  for (let round = 0; round < 3_000; round += 1) {
    answered.push(add());
    for (const { number } of take(1)) pending.answer(number, STORED);
  }
  await nextTurn();
  collectGarbage();
  expect(answered.filter((event) => event.deref() !== undefined).length).toBeLessThan(1_500);
});

test("PendingCaptures keeps nothing of an event whose deadline has passed, though nothing is sent", async () => {
  const first = new WeakRef(makeEvent());
  const added = (event: CapturedEvent | undefined) => event && pending.add(event, 0);
  void pending.add(makeEvent(), NEVER);
  await added(first.deref());
  await nextTurn();
  await waitFor(
    () => {
      collectGarbage();
      return first.deref() === undefined;
    },
    { what: "the event to be let go" },
  );
  expect(pending.size).toBe(1);
});

test("PendingCaptures.requeue() queues what is not answered, in its order", () => {
  for (let count = 0; count < 4; count += 1) void pending.add(makeEvent(), NEVER);
  const numbers = take(3).map(({ number }) => number);
  pending.answer(numbers[1] ?? 0, STORED);
  pending.requeue();
  expect(take(9).map(({ number }) => number)).toEqual([numbers[0], numbers[2], 4]);
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
