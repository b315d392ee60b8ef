import { expect, test } from "@jest/globals";
import { ConfigError } from "./config_error.ts";

test("ConfigError lists every problem in one message", () => {
  const error = new ConfigError("Cannot use a.ts", ["a is empty", "b throws:\nat line 1"]);
  expect(error.message).toBe(
    "Cannot use a.ts: 2 problems\n  a is empty\n  b throws:\n    at line 1",
  );
  expect(error.problems).toEqual(["a is empty", "b throws:\nat line 1"]);
  expect(error.name).toBe("ConfigError");
  expect(new ConfigError("Cannot start", ["a"]).message).toBe("Cannot start: 1 problem\n  a");
});

test("ConfigError bounds its message", () => {
  const problems = Array.from({ length: 1_000 }, () => "x".repeat(100_000));
  const { message } = new ConfigError("Cannot use a.ts", problems);
  expect(message.length).toBeLessThan(210_000);
  expect(message).toContain("and 950 more");
});
