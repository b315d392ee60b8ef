import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { onInterrupt, SAME_INTERRUPT_MS } from "./on_interrupt.ts";

/** How often a command was asked to end, and whether the next signal would end it where it stands. */
function ask(...given: readonly (readonly [signal: string, atMs: number])[]) {
  const signals = new EventEmitter();
  let now = 0;
  let asked = 0;
  const forget = onInterrupt(() => (asked += 1), { signals, monotonic: () => now });
  for (const [signal, atMs] of given) {
    now = atMs;
    signals.emit(signal);
  }
  const isLast = signals.listenerCount("SIGTERM") === 0;
  forget();
  expect(["SIGINT", "SIGTERM", "SIGHUP"].map((one) => signals.listenerCount(one))).toEqual([
    0, 0, 0,
  ]);
  return { asked, isLast };
}

test.each([
  ["a signal", [["SIGTERM", 0]], { asked: 1, isLast: false }],
  [
    "one that is sent twice",
    [
      ["SIGTERM", 0],
      ["SIGTERM", 1],
    ],
    { asked: 1, isLast: false },
  ],
  [
    "two that npx makes of one",
    [
      ["SIGINT", 0],
      ["SIGTERM", 1],
    ],
    { asked: 1, isLast: false },
  ],
  [
    "another one",
    [
      ["SIGINT", 0],
      ["SIGINT", SAME_INTERRUPT_MS],
    ],
    { asked: 2, isLast: true },
  ],
] as const)("onInterrupt() of %s", (_, given, expected) => {
  expect(ask(...given)).toEqual(expected);
});
