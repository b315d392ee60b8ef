import { expect, test } from "@jest/globals";
import { formatPath, nearestName } from "./issues.ts";

test.each<[PropertyKey[], string]>([
  [["sources", "academy", "secrets", 0], "sources.academy.secrets[0]"],
  [["sources", "stripe/eu", "provider"], 'sources["stripe/eu"].provider'],
  [["a b"], '["a b"]'],
  [["subscriptions", 'quo"te\n'], 'subscriptions["quo\\"te\\n"]'],
  [["a", ""], 'a[""]'],
  [[Symbol("s")], '["Symbol(s)"]'],
  [[], "the default export"],
])("formatPath(%j) is %s", (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test("formatPath() bounds a key", () => {
  expect(formatPath(["x".repeat(10_000)]).length).toBeLessThan(120);
});

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
