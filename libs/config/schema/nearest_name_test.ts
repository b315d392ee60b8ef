import { expect, test } from "@jest/globals";
import { nearestName } from "./nearest_name.ts";

const KNOWN = ["events", "handler", "retry", "retries", "timeout", "concurrency"];

test.each([
  ["retires", "retries"],
  ["retrie", "retries"],
  ["Retry", "retry"],
  ["handlers", "handler"],
  ["timeuot", "timeout"],
  ["concurency", "concurrency"],
])("nearestName(%j) is %j", (name, expected) => {
  expect(nearestName(name, KNOWN)).toBe(expected);
});

test.each(["", "x", "destination"])("nearestName() finds nothing near to %j", (name) => {
  expect(nearestName(name, KNOWN)).toBeNull();
  expect(nearestName(name, [])).toBeNull();
});

test("nearestName() compares no long name", () => {
  const long = "x".repeat(1_000_000);
  expect(nearestName(long, [long])).toBeNull();
});
