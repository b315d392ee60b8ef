import { expect, test } from "@jest/globals";
import { batchType } from "./batch_type.ts";

test.each([
  ["one event", ["open"], "open"],
  ["events of one type", ["open", "open"], "open"],
  ["events of several", ["open", "click", "open"], "mixed"],
  ["none", [], ""],
  ["an event without a type", ["open", undefined], ""],
  ["an event with an empty type", [""], ""],
  ["an event with an empty type after others", ["open", ""], ""],
  ["an event with an empty type before others", ["", "open"], ""],
  ["types that are no text", [1, 1], ""],
])("batchType() of %s", (_, types, expected) => {
  expect(batchType(types)).toBe(expected);
});
