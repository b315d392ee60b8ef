import { expect, test } from "@jest/globals";
import { UnsafeSubscriptions } from "./unsafe_subscriptions.ts";

test("UnsafeSubscriptions forgets after ten minutes, or after 20 attempts in a row that kill no host", () => {
  let now = 0;
  const unsafe = new UnsafeSubscriptions(() => now);
  expect(unsafe.has("a")).toBe(false);
  unsafe.noteSafeAttempt("a");
  unsafe.add("a");
  expect(unsafe.has("a")).toBe(true);
  expect(unsafe.has("b")).toBe(false);

  now = 599_999;
  expect(unsafe.has("a")).toBe(true);
  now = 600_000;
  expect(unsafe.has("a")).toBe(false);

  unsafe.add("a");
  for (let count = 0; count < 19; count += 1) unsafe.noteSafeAttempt("a");
  expect(unsafe.has("a")).toBe(true);
  unsafe.add("a");
  for (let count = 0; count < 19; count += 1) unsafe.noteSafeAttempt("a");
  expect(unsafe.has("a")).toBe(true);
  unsafe.noteSafeAttempt("a");
  expect(unsafe.has("a")).toBe(false);
});
