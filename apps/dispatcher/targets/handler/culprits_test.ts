import { expect, test } from "@jest/globals";
import { Culprits } from "./culprits.ts";

test("Culprits forgets after ten minutes, or after 20 harmless attempts in a row", () => {
  let now = 0;
  const culprits = new Culprits(() => now);
  expect(culprits.has("a")).toBe(false);
  culprits.clear("a");
  culprits.add("a");
  expect(culprits.has("a")).toBe(true);
  expect(culprits.has("b")).toBe(false);

  now = 599_999;
  expect(culprits.has("a")).toBe(true);
  now = 600_000;
  expect(culprits.has("a")).toBe(false);

  culprits.add("a");
  for (let count = 0; count < 19; count += 1) culprits.clear("a");
  expect(culprits.has("a")).toBe(true);
  culprits.add("a");
  for (let count = 0; count < 19; count += 1) culprits.clear("a");
  expect(culprits.has("a")).toBe(true);
  culprits.clear("a");
  expect(culprits.has("a")).toBe(false);
});
