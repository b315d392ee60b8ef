import { expect, test } from "@jest/globals";
import { copyPlainData } from "./plain_data.ts";

test("copyPlainData() copies objects, arrays and primitives, reading each getter once", () => {
  let reads = 0;
  const value = {
    text: "a",
    list: [1, null, undefined, [true]],
    missing: undefined,
    odd: Number.NaN,
    bare: Object.assign(Object.create(null), { a: 1 }),
    get counted() {
      reads += 1;
      return reads;
    },
  };
  const { data, problems } = copyPlainData(value);
  expect(problems).toEqual([]);
  expect(data).toEqual({ ...value, bare: { a: 1 }, counted: 1 });
  expect(Object.keys(data as object)).toContain("missing");
});

test.each([1, "a", null, undefined, true])("copyPlainData() leaves %j to others", (value) => {
  expect(copyPlainData(value)).toEqual({ data: value, problems: [] });
});

test.each<[unknown, string]>([
  [() => 1, "a.b[1] is a function: the configuration must be plain data"],
  [async () => {}, "a.b[1] is a function: the configuration must be plain data"],
  [class Handler {}, "a.b[1] is a class: the configuration must be plain data"],
  [
    new (class Handler {})(),
    "a.b[1] is an instance of Handler: the configuration must be plain data",
  ],
  [new Date(), "a.b[1] is an instance of Date: the configuration must be plain data"],
  [new Map(), "a.b[1] is an instance of Map: the configuration must be plain data"],
  [/x/, "a.b[1] is an instance of RegExp: the configuration must be plain data"],
  [Buffer.from("x"), "a.b[1] is an instance of Buffer: the configuration must be plain data"],
  [
    Promise.resolve(1),
    "a.b[1] is a Promise (await it first): the configuration must be plain data",
  ],
  [
    Object.create({ inherited: 1 }),
    "a.b[1] is an instance of Object: the configuration must be plain data",
  ],
  [1n, "a.b[1] is a bigint: the configuration must be plain data"],
  [Symbol("s"), "a.b[1] is a symbol: the configuration must be plain data"],
  [{ [Symbol("s")]: 1 }, 'a.b[1]["Symbol(s)"] is not a valid name'],
  [JSON.parse('{"__proto__": {}}'), "a.b[1].__proto__ is not a valid name"],
])("copyPlainData() refuses %p by its key path", (value, problem) => {
  expect(copyPlainData({ a: { b: [1, value] } }).problems).toEqual([problem]);
});

test("copyPlainData() names everything that is not plain data", () => {
  const { problems } = copyPlainData({ a: () => 1, b: { c: new Set() }, d: 1 });
  expect(problems).toHaveLength(2);
});

test("copyPlainData() ends in a circle, and in what is too much", () => {
  const circle: Record<string, unknown> = {};
  circle["a"] = circle;
  expect(copyPlainData(circle).problems).toEqual([
    expect.stringMatching(/^a(?:\.a){15} is nested deeper than 16 levels$/),
  ]);
  const wide = { list: Array.from({ length: 300_000 }, () => 1) };
  expect(copyPlainData(wide).problems).toEqual([
    expect.stringContaining("is one too many: a configuration has at most 100000 values"),
  ]);
});
