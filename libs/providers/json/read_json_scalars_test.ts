import { JSON_DEPTH_MAX, pointerTokens } from "@hookgate/signature";
import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { JSON_PARTS, type JsonField, pointerTree, readJsonScalars } from "./read_json_scalars.ts";

test("pointerTree() keeps pointers together that begin alike", () => {
  const end = { steps: [], itemSteps: new Map() };
  expect(pointerTree(["/a/b", "/a", "/a/b", "/a/c~1d"])).toEqual({
    pointer: null,
    itemSteps: new Map(),
    steps: [
      {
        name: "a",
        tree: {
          pointer: "/a",
          itemSteps: new Map(),
          steps: [
            { name: "b", tree: { pointer: "/a/b", ...end } },
            { name: "c/d", tree: { pointer: "/a/c~1d", ...end } },
          ],
        },
      },
    ],
  });
});

test("pointerTree() knows which steps are indexes of an array", () => {
  const { steps, itemSteps } = pointerTree([
    ...["/x", "/0", "/10", "/01", "/-", "/-1", "/1.0", "/ 1", "/"],
  ]);
  expect([...itemSteps]).toEqual([
    [0, steps[1]],
    [10, steps[2]],
  ]);
});

test("pointerTree() of nothing, and of the whole document, has no steps", () => {
  expect(pointerTree([])).toEqual({ pointer: null, steps: [], itemSteps: new Map() });
  expect(pointerTree([""])).toEqual({ pointer: "", steps: [], itemSteps: new Map() });
});

type Found = [pointer: string, field: JsonField][];

/** What JSON.parse and a look-up of own members find: the judge of `readJsonScalars`. */
function judge(json: Uint8Array, pointers: readonly string[]): Found | null {
  let whole: unknown;
  try {
    whole = JSON.parse(new TextDecoder().decode(json));
  } catch {
    return null;
  }
  return pointers.flatMap((pointer): Found => {
    let at: unknown = whole;
    for (const token of pointerTokens(pointer)) {
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, token)) return [];
      if (Array.isArray(at) && !/^(?:0|[1-9]\d*)$/.test(token)) return [];
      at = Reflect.get(at, token);
    }
    return [[pointer, typeof at === "object" && at !== null ? JSON_PARTS : (at as JsonField)]];
  });
}

function read(json: Uint8Array, pointers: readonly string[]): Found | null {
  const found = readJsonScalars(json, pointerTree(pointers));
  if (found === null) return null;
  const known = pointers.flatMap((pointer): Found => {
    const field = found.get(pointer);
    return field === undefined ? [] : [[pointer, field]];
  });
  expect(found.size).toBe(known.length);
  return known;
}

function expectAgreement(json: Uint8Array, pointers: readonly string[]): void {
  const found = read(json, pointers);
  const expected = judge(json, pointers);
  expect(found).toEqual(expected);
  // toEqual() knows no -0.
  for (const [index, [, field]] of (found ?? []).entries()) {
    expect(Object.is(field, expected?.[index]?.[1])).toBe(true);
  }
}

test.each<[text: string, pointers: string[], fields: JsonField[]]>([
  ['{"a":"text"}', ["/a"], ["text"]],
  ['{"a":1,"b":true,"c":false,"d":null}', ["/a", "/b", "/c", "/d"], [1, true, false, null]],
  ['{"a":{"b":{"c":1}}}', ["/a/b/c"], [1]],
  ['{"a":{},"b":[],"c":[{}]}', ["/a", "/b", "/c/0"], [JSON_PARTS, JSON_PARTS, JSON_PARTS]],
  ['{"a":{"b":1}}', ["/a", "/a/b"], [JSON_PARTS, 1]],
  ['{"a":[10,[20,{"b":30}]]}', ["/a/0", "/a/1/0", "/a/1/1/b"], [10, 20, 30]],
  ['{"a":1}', ["/b", "/a/b", "/a/0", "/A", "/a ", "/"], []],
  ['{"a":[1]}', ["/a/1", "/a/00", "/a/-", "/a/length", "/a/-0"], []],
  ['{"a":{"0":"name","length":2}}', ["/a/0", "/a/length"], ["name", 2]],
  ['{"":{"":1}}', ["/", "//"], [JSON_PARTS, 1]],
  ['{"a/b":1,"c~d":2,"~1":3}', ["/a~1b", "/c~0d", "/~01"], [1, 2, 3]],
  ['"text"', [""], ["text"]],
  ["[[1]]", ["", "/0", "/0/0"], [JSON_PARTS, JSON_PARTS, 1]],
  ['{"a":1,"a":2}', ["/a"], [2]],
  ['{"a":1,"\\u0061":2}', ["/a"], [2]],
  ['{"a":{"b":1},"a":{"c":2}}', ["/a/b", "/a/c"], [2]],
  ['{"a":{"b":1},"a":3}', ["/a", "/a/b"], [3]],
  ['{"a":{"b":1},"a":[4]}', ["/a/b", "/a/0"], [4]],
  ['{"a":1,"a":{"b":2}}', ["/a/b"], [2]],
  ['{"\\"\\\\\\/\\b\\f\\n\\r\\t":1}', ['/"\\~1\b\f\n\r\t'], [1]],
  ['{"\\u00e9":1,"ü":2,"\\ud83d\\ude00":3}', ["/é", "/ü", "/😀"], [1, 2, 3]],
  ['{"😀":1,"x😀":2}', ["/😀", "/x😀", "/x", "/x\ud83d"], [1, 2]],
  ['{"\\ud83d":"\\ude00"}', ["/\ud83d"], ["\ude00"]],
  ['{"a\\"":1,"a":2}', ["/a", '/a"'], [2, 1]],
  ['{"a\\"":1}', ["/a", "/a\\"], []],
  ['{"a":1e400,"b":-1e400,"c":-0,"d":1e-400}', ["/a", "/b", "/c", "/d"], [1 / 0, -1 / 0, -0, 0]],
  ['{"a":9007199254740993,"b":0.1e1}', ["/a", "/b"], [9_007_199_254_740_992, 1]],
  ['\ufeff {"a":"\ufeff"} \r\n\t', ["/a"], ["\ufeff"]],
  ['{"__proto__":{"x":1},"constructor":2}', ["/__proto__/x", "/constructor"], [1, 2]],
  ['{"a":1}', ["/__proto__", "/constructor", "/toString"], []],
])("readJsonScalars() reads %j at %j", (text, pointers, fields) => {
  const json = Buffer.from(text);
  expectAgreement(json, pointers);
  expect(read(json, pointers)?.map(([, field]) => field)).toEqual(fields);
});

test.each([
  "",
  " ",
  "{",
  "[",
  "a=1&b=2",
  '{"a":1,}',
  '{"a":[1,]}',
  '{"a":{"b":1}',
  '{"a"}',
  "{}{}",
])("readJsonScalars() finds no JSON in %j, nor does JSON.parse", (text) => {
  const json = Buffer.from(text);
  expect(judge(json, [])).toBeNull();
  for (const pointers of [[], [""], ["/a"], ["/a/0", "/a/b"]]) {
    expect(read(json, pointers)).toBeNull();
  }
});

test("readJsonScalars() replaces invalid UTF-8, in names too", () => {
  for (const bytes of [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80]]) {
    const bad = Buffer.from(bytes);
    const json = Buffer.concat([
      Buffer.from('{"a'),
      bad,
      Buffer.from('":"b'),
      bad,
      Buffer.from('"}'),
    ]);
    const name = new TextDecoder().decode(Buffer.concat([Buffer.from("a"), bad]));
    expectAgreement(json, [`/${name}`, "/a"]);
    expect(read(json, [`/${name}`])).toHaveLength(1);
  }
});

test.each([
  ["[", "]", "/0"],
  ['{"a":', "}", "/a"],
])("readJsonScalars() reads nesting of %s up to its limit", (open, close, step) => {
  const nested = (depth: number) => Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`);
  const deepest = step.repeat(JSON_DEPTH_MAX);
  expect(read(nested(JSON_DEPTH_MAX), [deepest])).toEqual([[deepest, 1]]);
  for (const depth of [JSON_DEPTH_MAX + 1, 200_000]) {
    for (const pointer of [deepest, `${deepest}${step}`, step, "/x"]) {
      expect(read(nested(depth), [pointer])).toBeNull();
    }
  }
});

test("readJsonScalars() reads only the view it is given", () => {
  const memory = Buffer.from('xx{"a":1}xx');
  expect(read(memory.subarray(2, -2), ["/a"])).toEqual([["/a", 1]]);
});

const NAME = fc.oneof(
  fc.constantFrom("a", "b", "0", "1", "", "a/b", "~", '"', "é", "😀", "\ud83d", "length"),
  fc.constantFrom("__proto__", "10", "01", "\n"),
);

/** A document as text: members of one name may come several times, and be written in several ways. */
const DOCUMENT = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      "null",
      "true",
      "false",
      "1e400",
      "-0",
      "-0.0",
      "1E+2",
      "9007199254740993",
      '"\\ud800"',
    ),
    fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value)),
    anyText({ maxLength: 5 }).map(writeEscaped),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(" , ")}]`),
    fc.array(fc.tuple(NAME, fc.boolean(), tie("value")), { maxLength: 5 }).map((members) => {
      const written = members.map(([name, escaped, value]) => {
        return `${escaped ? writeEscaped(name) : JSON.stringify(name)}:${value}`;
      });
      return `{${written.join(",\n")}}`;
    }),
  ),
})).value;

function writeEscaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

const POINTERS = fc.array(
  fc.array(NAME, { maxLength: 4 }).map((tokens) => {
    return tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  }),
  { maxLength: 6 },
);

test("readJsonScalars() agrees with JSON.parse on any JSON", () => {
  let found = 0;
  fc.assert(
    fc.property(DOCUMENT, POINTERS, fc.boolean(), (text, given, marked) => {
      const json = Buffer.from(marked ? `\ufeff${text}` : text);
      const pointers = [...new Set(given)];
      expectAgreement(json, pointers);
      found += read(json, pointers)?.length ?? 0;
    }),
    { numRuns: 3_000 },
  );
  expect(found).toBeGreaterThan(1_000);
});

test("readJsonScalars() agrees with JSON.parse on JSON with a byte changed, added or removed", () => {
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]":,\\/ue0-+.Et \n\r\t')),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(
      DOCUMENT,
      POINTERS,
      byte,
      fc.nat(),
      fc.nat({ max: 2 }),
      (text, given, ...change) => {
        const [changed, place, kind] = change;
        const bytes = [...Buffer.from(text)];
        bytes.splice(place % bytes.length, kind === 1 ? 0 : 1, ...(kind === 2 ? [] : [changed]));
        expectAgreement(Uint8Array.from(bytes), [...new Set(given)]);
      },
    ),
    { numRuns: 3_000 },
  );
});
