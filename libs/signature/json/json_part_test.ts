import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readPointer } from "../place.ts";
import { JSON_WIDTH_MAX, JsonPart, readJsonValue } from "./json_part.ts";
import { JSON_DEPTH_MAX } from "./scan_json.ts";

/** What was found, as JSON.parse writes it. */
function whole(value: unknown, json: unknown): unknown {
  if (value instanceof JsonPart || Array.isArray(value)) {
    const isArray = Array.isArray(json);
    const names = isArray ? [...json.keys()] : [...new Set((value as JsonPart).names() ?? [])];
    const entries = names.map((name) => {
      const token = String(name).replaceAll("~", "~0").replaceAll("/", "~1");
      const member = Reflect.get(json as object, name);
      return [name, whole(readPointer(value, `/${token}`), member)] as const;
    });
    return isArray ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  }
  return value;
}

const read = (json: string) => readJsonValue(Buffer.from(json));

test("readJsonValue() finds what JSON.parse finds", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const parsed: unknown = JSON.parse(json);
      expect(whole(read(json), parsed)).toEqual(parsed);
    }),
  );
});

test("readJsonValue() accepts the bytes that JSON.parse accepts", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\u0e-. 1tnfals') }), (json) => {
      let parsed: unknown;
      try {
        parsed = JSON.parse(json);
      } catch {
        // Not JSON.
      }
      expect(read(json) === undefined).toBe(parsed === undefined);
    }),
  );
});

test.each([
  ['{"a":1,"a":2}', "/a", 2],
  ['{"a":{"b":1},"a":{}}', "/a/b", undefined],
  ['{"a":[{"b":"x"}]}', "/a/0/b", "x"],
  ["[[1,[2,3]]]", "/0/1/1", 3],
  ['{"\\u0061":1}', "/a", 1],
  ['{"a/b":{"~":1}}', "/a~1b/~0", 1],
  ['{"constructor":1}', "/constructor", 1],
  ["{}", "/constructor", undefined],
  ["[1]", "/00", undefined],
  ["[1]", "/-1", undefined],
  ["[1]", "/1", undefined],
  ['{"a":1e400}', "/a", "1e400"],
  ['{"a":9007199254740993}', "/a", "9007199254740993"],
  ['{"a":-12345678901234567890}', "/a", "-12345678901234567890"],
  ['{"a":9007199254740991}', "/a", 9007199254740991],
  ['{"a":10.50}', "/a", "10.50"],
  ['{"a":100.0}', "/a", "100.0"],
  ['{"a":1.5}', "/a", 1.5],
  ["9007199254740993", "", "9007199254740993"],
  ["[9007199254740993]", "/0", "9007199254740993"],
  ['{"a":null}', "/a/b", undefined],
  ["1", "/a", undefined],
  ["not", "/a", undefined],
])("readPointer() in %s at %s is %j", (json, pointer, found) => {
  expect(readPointer(read(json), pointer)).toBe(found);
});

test("readJsonValue() returns lists as arrays, at the top and at a pointer", () => {
  expect(read("[1,null,[2]]")).toEqual([1, null, expect.any(JsonPart)]);
  expect(readPointer(read('{"a":["x"]}'), "/a")).toEqual(["x"]);
  expect(readPointer(read('{"a":{}}'), "/a")).toBeInstanceOf(JsonPart);
});

test("readJsonValue() refuses what nests too deep, and finds nothing in what is too wide", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(read(nested(JSON_DEPTH_MAX))).toBeDefined();
  expect(read(nested(JSON_DEPTH_MAX + 1))).toBeUndefined();
  const members = Array.from({ length: JSON_WIDTH_MAX + 1 }, (_, at) => `"${at}":${at}`);
  expect(readPointer(read(`{${members.slice(1)}}`), "/9")).toBe(9);
  expect(readPointer(read(`{${members}}`), "/9")).toBeUndefined();
  expect(read(`[${members.map(() => 1)}]`)).toBeInstanceOf(JsonPart);
});
