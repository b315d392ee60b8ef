import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { replacesPause } from "./replaces_pause.ts";

test.each<[Pause["by"], Pause["by"] | null, boolean]>([
  ["operator", null, true],
  ["endpoint", null, true],
  ["backlog", null, true],
  ["backlog", "operator", true],
  ["backlog", "endpoint", true],
  ["backlog", "backlog", false],
  ["backlog", "configuration", false],
  ["operator", "endpoint", false],
  ["operator", "operator", false],
  ["endpoint", "operator", false],
  ["operator", "backlog", false],
])("a pause by %s, where one by %s stands, takes effect: %s", (by, standing, expected) => {
  const pause = standing && { by: standing, reason: "", at: 1 };
  expect(replacesPause(by, pause)).toBe(expected);
});
