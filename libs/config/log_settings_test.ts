import { expect, test } from "@jest/globals";
import { logFormatOf } from "./log_settings.ts";

test.each([
  [{}, true, "colour"],
  [{}, false, "json"],
  [{ NO_COLOR: "1" }, true, "text"],
  [{ NO_COLOR: "" }, true, "colour"],
  [{ TERM: "dumb" }, true, "text"],
])("logFormatOf(%j, %p) is %s", (env, isTerminal, format) => {
  expect(logFormatOf(env, { isTerminal })).toBe(format);
});
