import { JSON_DEPTH_MAX } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { JSON_STRING_BYTES_MAX, readJsonStrings } from "./read_json_strings.ts";

const NAMES = ["type", "id"];

/** What JSON.parse finds: the judge of `readJsonStrings`. */
function judge(json: Uint8Array): [string, string][] | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(json));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = new Map(Object.entries(value));
  return NAMES.flatMap((name): [string, string][] => {
    const member: unknown = members.get(name);
    return typeof member === "string" ? [[name, member]] : [];
  });
}

function read(json: Uint8Array): [string, string][] | null {
  const found = readJsonStrings(json, NAMES);
  return found && [...found];
}

test.each([
  '{"type":"a"}',
  '{"type":"a","id":"b"}',
  '{"id":"b","other":[1,{"type":"no"}],"type":"a"}',
  ' \t\r\n{ "type" \n:\t"a" , "x" : { } , "y" : [ ] } \r\n',
  '\ufeff{"type":"a"}',
  '{"type":"a","type":"b"}',
  '{"type":"a","type":1}',
  '{"type":1,"type":"a"}',
  '{"\\u0074ype":"a"}',
  '{"\\u0074\\u0079\\u0070\\u0065":"a"}',
  '{"type":"a","\\u0074\\u0079p\\u0065":"b"}',
  '{"\\u007Aype":"a","\\u007aype":"b"}',
  '{"\\\\u0074ype":"a"}',
  '{"\\type":"a"}',
  '{"type\\u0000":"a","type\\"":"b"}',
  '{"type":"\\u0061\\n\\"\\\\\\/\\b\\f\\r\\t"}',
  '{"type":"\\uD83D\\uDE00 😀 \\ud83d"}',
  '{"type":"\u2028\u007f"}',
  '{"type":""}',
  '{"":"a"}',
  '{"typ":"a","types":"b","TYPE":"c","typf":"d"}',
  '{"__proto__":{"type":"a"}}',
  '{"__proto__":"a","constructor":"b"}',
  '{"a":[],"b":{},"c":[[],{}],"d":[[[1],2],{"x":[{"y":{}}]}],"e":true,"f":false,"g":null}',
  '{"a":0,"b":-0,"c":12,"d":-1.5,"e":1e400,"f":1E+2,"g":0.1e-9,"h":9007199254740993}',
  "{}",
  " { } ",
])("readJsonStrings() finds what JSON.parse finds in %j", (text) => {
  const json = Buffer.from(text);
  expect(judge(json)).not.toBeNull();
  expect(read(json)).toEqual(judge(json));
});

test("readJsonStrings() replaces invalid UTF-8, as a decoder does", () => {
  for (const bytes of [
    [0xff],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xed, 0xa0, 0x80],
    [0xc0, 0x80],
  ]) {
    const json = Buffer.concat([Buffer.from('{"type":"a'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(judge(json)?.[0]?.[1]).toContain("\ufffd");
    expect(read(json)).toEqual(judge(json));
  }
});

test.each([
  ...[
    "",
    " ",
    "null",
    "true",
    "1",
    '"type"',
    "[]",
    '[{"type":"a"}]',
    "{",
    "}",
    "{}{}",
    "{},",
    "{} x",
  ],
  ...['{"type"}', '{"type":}', '{"type" "a"}', '{"type":"a"', '{"type":"a",}', '{,"type":"a"}'],
  ...[
    '{type:"a"}',
    "{'type':'a'}",
    '{"type":"a";"b":1}',
    '{"type":"a" "b":1}',
    '{1:"a"}',
    '{"a":"b}',
  ],
  ...[
    '{"a":[}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1 2]}',
    '{"a":[1}',
    '{"a":{]}',
    '{"a":[{"b"}]}',
  ],
  ...['{"a":{"b":1,}}', '{"a":{"b":1]}', '{"a":[1]]}', '{"a":[1', '{"a":{"b":', '{"a":{1:2}}'],
  ...[
    '{"a":01}',
    '{"a":-}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":1e+}',
    '{"a":-01}',
  ],
  ...[
    '{"a":1.e1}',
    '{"a":0x1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":1_0}',
    '{"a":--1}',
    '{"a":1ee1}',
  ],
  ...['{"a":tru}', '{"a":True}', '{"a":nul', '{"a":truefalse}', '{"a":undefined}', '{"a":falsee}'],
  ...[
    '{"a":"\n"}',
    '{"a":"\0"}',
    '{"a":"\t"}',
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12G4"}',
  ],
  ...[
    '{"a":"\\',
    '{"a":"\\"}',
    '{"a":"\\u',
    '{"a":"\\u0',
    '{"\n":1}',
    '{"a":"\\\'"}',
    '{"a":"\\U0041"}',
  ],
  ...[
    "\ufeff\ufeff{}",
    "\u00a0{}",
    "{\u00a0}",
    '{"a":1}\u2028',
    "/**/{}",
    '{"a":1}\0',
    "\v{}",
    "\f{}",
  ],
])("readJsonStrings() finds no object in %j, nor does JSON.parse", (text) => {
  const json = Buffer.from(text);
  expect(judge(json)).toBeNull();
  expect(read(json)).toBeNull();
});

test("readJsonStrings() judges every cut of a document as JSON.parse does", () => {
  const whole = Buffer.from(' {"type":"a\\u00e9é","x":[-1.5e+3,{"y":null,"z":[true]}],"id":"b"} ');
  for (let length = 0; length <= whole.length; length += 1) {
    const json = whole.subarray(0, length);
    expect(read(json)).toEqual(judge(json));
  }
});

test.each([
  ["[", "]"],
  ['{"a":', "}"],
])("readJsonStrings() reads nesting of %s up to its limit", (open, close) => {
  const nested = (depth: number) =>
    Buffer.from(`{"type":"a","deep":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`);
  expect(read(nested(JSON_DEPTH_MAX))).toEqual([["type", "a"]]);
  expect(read(nested(JSON_DEPTH_MAX + 1))).toBeNull();
  expect(read(nested(200_000))).toBeNull();
});

test("readJsonStrings() leaves out a string that is longer than its limit", () => {
  const long = (chars: number) => Buffer.from(JSON.stringify({ type: "a".repeat(chars), id: "b" }));
  expect(read(long(JSON_STRING_BYTES_MAX))).toHaveLength(2);
  expect(read(long(JSON_STRING_BYTES_MAX + 1))).toEqual([["id", "b"]]);
});

test("readJsonStrings() reads only the view it is given", () => {
  const memory = Buffer.from('xx{"type":"a"}xx');
  const view = new Uint8Array(memory.buffer, memory.byteOffset + 2, memory.length - 4);
  expect(read(view)).toEqual([["type", "a"]]);
});

test("readJsonStrings() agrees with JSON.parse on any JSON", () => {
  const name = fc.constantFrom("type", "id", "x", "__proto__");
  const object = fc.oneof(fc.dictionary(name, fc.jsonValue()), fc.jsonValue());
  fc.assert(
    fc.property(object, fc.constantFrom(0, 2), (value, indent) => {
      const json = Buffer.from(JSON.stringify(value, null, indent));
      expect(read(json)).toEqual(judge(json));
    }),
    { numRuns: 500 },
  );
});

test("readJsonStrings() agrees with JSON.parse on JSON with a byte changed, added or removed", () => {
  const object = fc.dictionary(fc.constantFrom("type", "id", "x"), fc.jsonValue());
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]":,\\/ue0-+.Et \n\r\t')),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(object, byte, fc.nat(), fc.nat({ max: 2 }), (value, changed, place, kind) => {
      const bytes = [...Buffer.from(JSON.stringify(value))];
      const at = place % bytes.length;
      bytes.splice(at, kind === 1 ? 0 : 1, ...(kind === 2 ? [] : [changed]));
      const json = Uint8Array.from(bytes);
      expect(read(json)).toEqual(judge(json));
    }),
    { numRuns: 3_000 },
  );
});

test("readJsonStrings() agrees with JSON.parse on tokens in any order", () => {
  const token = fc.constantFrom(
    ...["{", "}", "[", "]", ":", ",", " ", "\n", '"', '"type"', '"id"', '"a"', "1", "-", "0", ".5"],
    ...["e1", "true", "null", "\\", "\\u0074", '"type":"b"', '{"x":', "[1,", "\ufeff"],
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      for (const text of [tokens.join(""), `{"type":${tokens.join("")}}`]) {
        const json = Buffer.from(text);
        expect(read(json)).toEqual(judge(json));
      }
    }),
    { numRuns: 3_000 },
  );
});
