import { expect, test } from "@jest/globals";
import { formatPath } from "./issues.ts";

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
