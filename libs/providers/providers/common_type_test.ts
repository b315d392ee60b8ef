import { expect, test } from "@jest/globals";
import { commonType } from "./common_type.ts";

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "a"], "a"],
  [["a", "b"], "mixed"],
  [["a", "b", "a"], "mixed"],
  [["a", ""], ""],
  [["", "a"], ""],
])("commonType() calls %j %j", (types, type) => {
  expect(commonType(types)).toBe(type);
});
