import { JSON_PARTS, type JsonField } from "@hookgate/providers";
import type { Condition } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { describeCondition, meetsCondition } from "./conditions.ts";

type Fields = readonly (JsonField | undefined)[];

test.each<[Condition["test"], Condition["value"], meets: Fields, fails: Fields]>([
  ["equals", "a", ["a"], ["A", "", null, undefined, JSON_PARTS]],
  ["equals", 1, [1], ["1", true, 2, undefined, JSON_PARTS]],
  ["equals", 0, [0, -0], [false, "", null]],
  ["equals", true, [true], [1, "true", false]],
  ["equals", null, [null], [undefined, false, 0, "", JSON_PARTS]],
  ["not", "a", ["A", 1, null, undefined, JSON_PARTS], ["a"]],
  ["not", null, [undefined, 0, JSON_PARTS], [null]],
  ["in", ["a", 1, null], ["a", 1, null], ["b", "1", true, undefined, JSON_PARTS]],
  ["exists", true, ["", 0, false, null, JSON_PARTS], [undefined]],
  ["exists", false, [undefined], ["", 0, false, null, JSON_PARTS]],
  ["gt", 100, [101, 1 / 0], [100, 99, -1 / 0, "101", true, null, undefined, JSON_PARTS]],
  ["gte", 100, [100, 101], [99.9, "100", null, undefined, JSON_PARTS]],
  ["lt", 100, [99, -0, -1 / 0], [100, 101, "99", false, null, undefined, JSON_PARTS]],
  ["lte", 0, [0, -0, -1], [1, null, "", undefined]],
  ["gt", "2026-01-01", ["2026-01-02", "b"], ["2026-01-01", "2025-12-31", "", 2_027, null]],
  ["gte", "a", ["a", "aa"], ["A", "", undefined, JSON_PARTS]],
  ["lt", "b", ["a", "B", ""], ["b", "c", 1, null, undefined]],
  ["lte", "b", ["a", "b"], ["ba", JSON_PARTS]],
])("meetsCondition() holds %s %j against %j and not %j", (test, value, meets, fails) => {
  const condition = { pointer: "/a", test, value };
  for (const field of meets)
    expect([field, meetsCondition(field, condition)]).toEqual([field, true]);
  for (const field of fails)
    expect([field, meetsCondition(field, condition)]).toEqual([field, false]);
});

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
