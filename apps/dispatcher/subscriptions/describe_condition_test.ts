import type { Condition } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { describeCondition } from "./describe_condition.ts";

test.each<[Condition, string]>([
  [{ pointer: "/data/amount", test: "gte", value: 100 }, "/data/amount gte 100"],
  [{ pointer: "/a~1b", test: "equals", value: "x\n" }, '/a~1b equals "x\\n"'],
  [{ pointer: "/a", test: "in", value: ["x", null] }, '/a in ["x",null]'],
  [{ pointer: "/a", test: "exists", value: false }, "/a exists false"],
])("describeCondition() writes %j as %s", (condition, expected) => {
  expect(describeCondition(condition)).toBe(expected);
});

test("describeCondition() cuts what is long", () => {
  const text = describeCondition({ pointer: "/a", test: "equals", value: "x".repeat(1_000) });
  expect(text).toMatch(/^\/a equals "x+…$/);
  expect(text).toHaveLength(200);
});
