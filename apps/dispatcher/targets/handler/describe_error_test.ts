import { ATTEMPT_ERROR_CHARS_MAX, PermanentError } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { describeError } from "./describe_error.ts";

function thrower(): never {
  throw new Error("a getter that throws");
}

const hostile = {
  get message() {
    return thrower();
  },
  get name() {
    return thrower();
  },
  get stack() {
    return thrower();
  },
  get cause() {
    return thrower();
  },
  get retry() {
    return thrower();
  },
  toJSON: thrower,
  toString: thrower,
};
const trap = new Proxy({}, { get: thrower, ownKeys: thrower });
const circular: Record<string, unknown> = {};
circular["self"] = circular;

test.each<[string, unknown, RegExp]>([
  ["an error", new TypeError("bad"), /^TypeError: bad \(at .*describe_error_test/],
  ["a string", "no luck", /^no luck$/],
  ["an empty string", "", /^an empty string was thrown$/],
  ["undefined", undefined, /^undefined was thrown$/],
  ["null", null, /^null was thrown$/],
  ["a symbol", Symbol("s"), /^Symbol\(s\) was thrown$/],
  ["a number", 42, /^42 was thrown$/],
  ["an object", { code: 7 }, /^\{"code":7\} was thrown$/],
  ["a like of an error", { message: "m" }, /^Error: m$/],
  ["getters that throw", hostile, /^a value that cannot be shown was thrown$/],
  ["a proxy that throws", trap, /^a value that cannot be shown was thrown$/],
  ["a circle", circular, /^a value that cannot be shown was thrown$/],
  ["an object without prototype", Object.create(null), /^\{\} was thrown$/],
  ["a code", Object.assign(new Error("m"), { code: "E_X" }), /^Error: m \(E_X\) \(at /],
  ["a cause", new Error("m", { cause: new Error("why") }), /; cause: Error: why$/],
  ["a cause that is a string", new Error("m", { cause: "why" }), /; cause: why$/],
  ["a stack that is none", Object.assign(new Error("m"), { stack: 5 }), /^Error: m$/],
  [
    "a syntax error",
    Object.assign(new SyntaxError("m"), { stack: "/a/b.ts:3\nx" }),
    /\(at \/a\/b\.ts:3\)$/,
  ],
  [
    "a module that Node takes for CommonJS",
    Object.assign(new SyntaxError("Unexpected token 'export'"), {
      stack: "/a/b.ts:1\nexport x\n^^^^^^\n\nSyntaxError: Unexpected token 'export'\n    at x",
    }),
    /\(at \/a\/b\.ts:1\): it has import or export, but .* rename it to b\.mts, or set "type"/,
  ],
])("describeError() with %s", (_name, thrown, expected) => {
  const { error, permanent } = describeError(thrown);
  expect(error).toMatch(expected);
  expect(permanent).toBe(false);
});

test.each<[string, unknown, boolean]>([
  ["PermanentError", new PermanentError("no"), true],
  ["retry: false", Object.assign(new Error("no"), { retry: false }), true],
  ["a plain object with retry: false", { message: "no", retry: false }, true],
  ["retry: 0", Object.assign(new Error("no"), { retry: 0 }), false],
  ["retry: true", Object.assign(new Error("no"), { retry: true }), false],
])("describeError() takes %s for permanent or not", (_name, thrown, permanent) => {
  expect(describeError(thrown).permanent).toBe(permanent);
});

test("describeError() is bounded and well formed for anything thrown", () => {
  const long = `${"x".repeat(ATTEMPT_ERROR_CHARS_MAX - 8)}${"😀".repeat(100_000)}`;
  for (const thrown of [long, new Error(long), new Error("m", { cause: long }), { long }]) {
    const { error } = describeError(thrown);
    expect(error.length).toBeLessThanOrEqual(ATTEMPT_ERROR_CHARS_MAX);
    expect(error.isWellFormed()).toBe(true);
  }
});

test("describeError() does not take a line of the message for a frame", () => {
  const { error } = describeError(new Error("first\n    at nowhere (x.ts:1:1)"));
  expect(error).toMatch(/\(at .*describe_error_test/);
});

test.each([
  ["a function", "at handle (file:///app/crm/crm.ts:3:9)", "handle (crm.ts:3)"],
  ["no function", "at file:///app/crm/crm.ts:3:9", "crm.ts:3"],
  [
    "an asynchronous function",
    "at async save (file:///app/lib/db.ts:7:1)",
    "save (../lib/db.ts:7)",
  ],
  ["a method", "at Store.put [as save] (/app/crm/a.ts:1:1)", "Store.put [as save] (a.ts:1)"],
  ["a query", "at handle (file:///app/crm/crm.ts?v=2:3:9)", "handle (crm.ts:3)"],
  [
    "Node and a package before it",
    `at a (node:fs:1:1)\n    at b (/app/node_modules/pg/i.js:2:2)\n    at c (/app/crm/c.ts:4:4)`,
    "c (c.ts:4)",
  ],
  [
    "what runs the handler before it",
    `at f (${import.meta.url}:1:1)\n    at c (/app/crm/c.ts:4:4)`,
    "c (c.ts:4)",
  ],
  ["nothing of its own", "at a (node:fs:1:1)", ""],
])("describeError() finds the frame of its own code: %s", (_what, lines, expected) => {
  const stack = `Error: m\n    ${lines}\n    at g (/app/crm/later.ts:9:9)`.replace(
    expected === "" ? /\n[^\n]*later[^\n]*$/ : /$^/,
    "",
  );
  const thrown = Object.assign(new Error("m"), { stack });
  expect(describeError(thrown, { path: "/app/crm/crm.ts" }).frame).toBe(expected);
  expect(describeError(thrown).frame).toBe("");
});
