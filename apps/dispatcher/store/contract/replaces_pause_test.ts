import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { replacesPause } from "./replaces_pause.ts";

test.each<[Pause["by"], Pause["by"], boolean]>([
  ["backlog", "operator", true],
  ["backlog", "endpoint", true],
  ["backlog", "backlog", false],
  ["backlog", "configuration", false],
  ["operator", "endpoint", false],
  ["operator", "operator", false],
  ["endpoint", "operator", false],
  ["operator", "backlog", false],
])("a pause by %s, where one by %s stands, takes effect: %s", (by, standing, expected) => {
  expect(replacesPause(by, { by: standing, reason: "", at: 1 })).toBe(expected);
});
