import { expect, test } from "@jest/globals";
import { reconnectDelayMs } from "./reconnect_delay_ms.ts";

test.each([
  [1, 50],
  [2, 100],
  [3, 200],
  [4, 400],
  [5, 500],
  [6, 500],
  [10_000, 500],
])(
  "reconnectDelayMs() after %i failures is at most %i ms, and anything from nothing",
  (failures, longest) => {
    expect(reconnectDelayMs(failures, { random: () => 0.999_999 })).toBe(longest);
    expect(reconnectDelayMs(failures, { random: () => 0.5 })).toBe(longest / 2);
    expect(reconnectDelayMs(failures, { random: () => 0 })).toBe(0);
  },
);
