import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatHeaderBlock } from "../headers/header_block.ts";
import { findPlaces } from "./find_places.ts";
import { PLACES_FOUND_MAX, SUBJECTS_MAX } from "./find_places_in_json.ts";
import { pointersOverlap } from "./place_tree.ts";

const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";

interface Sent {
  body: string | Uint8Array;
  type?: string;
  cut?: string[];
  mark?: string[];
  subject?: string;
}

function find({ body, type = JSON_TYPE, cut = [], mark = [], subject }: Sent) {
  const bytes = Buffer.from(body);
  const headers = formatHeaderBlock(["Content-Type", type]);
  const places = [
    ...cut.map((pointer) => ({ pointer, cut: true })),
    ...mark.map((pointer) => ({ pointer, cut: false })),
  ];
  return findPlaces({ headers, body: bytes }, { places, subject: subject ?? null });
}

/** The body with what was found cut out, or replaced by an X as it has to be written there. */
function edited(sent: Sent): string | null {
  const found = find(sent);
  if (found === null) return null;
  const bytes = Buffer.from(sent.body);
  const cuts = sent.cut?.length ?? 0;
  let text = "";
  let at = 0;
  for (const { start, end, place, written } of found.parts) {
    expect(start).toBeGreaterThanOrEqual(at);
    text += bytes.toString("latin1", at, start);
    if (place >= cuts) text += { json: '"X"', text: "X", escaped: "%22X%22" }[written];
    at = end;
  }
  return text + bytes.toString("latin1", at);
}

test.each<[what: string, sent: Sent, result: string]>([
  ["a value", { body: '{ "a" : 1 , "b":[2] }', mark: ["/a"] }, '{ "a" : "X" , "b":[2] }'],
  ["an object", { body: '{"a":{"b":1},"c":2}', mark: ["/a"] }, '{"a":"X","c":2}'],
  ["nothing that is not there", { body: '{"a":{"b":1}}', mark: ["/b", "/a/c"] }, '{"a":{"b":1}}'],
  ["all of one name", { body: '{"a":1,"a":{"x":2}}', mark: ["/a"] }, '{"a":"X","a":"X"}'],
  [
    "in all of one name",
    { body: '{"a":{"x":2},"a":{"x":3}}', mark: ["/a/x"] },
    '{"a":{"x":"X"},"a":{"x":"X"}}',
  ],
  [
    "names with escapes",
    { body: '{"\\u0061":1,"b\\/c":2}', mark: ["/a", "/b~1c"] },
    '{"\\u0061":"X","b\\/c":"X"}',
  ],
  ["an item", { body: "[1,2,[3,4]]", mark: ["/1", "/2/0"] }, '[1,"X",["X",4]]'],
  ["any item", { body: '[{"a":1},{"a":2},3]', mark: ["/*/a"] }, '[{"a":"X"},{"a":"X"},3]'],
  [
    "any member",
    { body: '{"x":{"a":1},"y":{"a":2}}', mark: ["/*/a"] },
    '{"x":{"a":"X"},"y":{"a":"X"}}',
  ],
  [
    "after a byte order mark",
    { body: '\ufeff {"a":1}', mark: ["/a"] },
    '\u00ef\u00bb\u00bf {"a":"X"}',
  ],
  ["whatever its content type", { body: '{"a":1}', type: FORM, mark: ["/a"] }, '{"a":"X"}'],
])("findPlaces() marks %s", (_what, sent, result) => {
  expect(edited(sent)).toBe(result);
});

test.each<[what: string, sent: Sent, result: string]>([
  ["the first", { body: '{"a": 1 , "b":2}', cut: ["/a"] }, '{"b":2}'],
  ["the last", { body: '{"a":1, "b":2 }', cut: ["/b"] }, '{"a":1 }'],
  ["the only one", { body: '{ "a":1 }', cut: ["/a"] }, "{  }"],
  ["all", { body: '{"a":1,"b":2,"c":3}', cut: ["/a", "/b", "/c"] }, "{}"],
  ["the middle", { body: '{"a":1,"b":2,"c":3}', cut: ["/b"] }, '{"a":1,"c":3}'],
  ["the last two", { body: '{"a":1,"b":2,"c":3}', cut: ["/b", "/c"] }, '{"a":1}'],
  ["the first and the last", { body: '{"a":1,"b":2,"c":3}', cut: ["/a", "/c"] }, '{"b":2}'],
  ["items", { body: "[1,2,3,4]", cut: ["/0", "/3"] }, "[2,3]"],
  ["any item", { body: '{"a":[1,2],"b":3}', cut: ["/a/*"] }, '{"a":[],"b":3}'],
  ["all of one name", { body: '{"a":1,"b":2,"a":3}', cut: ["/a"] }, '{"b":2}'],
])("findPlaces() cuts %s out, and what remains is valid", (_what, sent, result) => {
  expect(edited(sent)).toBe(result);
  expect(() => JSON.parse(result)).not.toThrow();
});

const PARTS = [
  "--b\r\ncontent-disposition: form-data; name=a\r\n\r\nann\r\n",
  "--b\r\ncontent-disposition: form-data; name=b\r\n\r\nbob\r\n",
  '--b\r\ncontent-disposition: form-data; name=c; filename="x"\r\n\r\ncat\r\n',
];
const END = "--b--\r\n";
const [PART_A = "", PART_B = "", PART_C = ""] = PARTS;
const WHOLE = [...PARTS, END].join("");

test.each<[what: string, sent: Sent, result: string]>([
  ["a field", { body: "a=1&b=2&a=3", type: FORM, mark: ["/a"] }, "a=X&b=2&a=X"],
  [
    "an item of a repeated field",
    { body: "a=1&b=2&a=3", type: FORM, mark: ["/a/1"] },
    "a=1&b=2&a=X",
  ],
  ["every item", { body: "a=1&b=2&a=3", type: FORM, mark: ["/a/*"] }, "a=X&b=2&a=X"],
  ["the first item", { body: "a=1&a=3", type: FORM, cut: ["/a/0"] }, "a=3"],
  ["an item that comes alone", { body: "a=1&b=2", type: FORM, mark: ["/a/0"] }, "a=X&b=2"],
  [
    "an item that is JSON",
    { body: 'a={"x":1}&a={"x":2}', type: FORM, mark: ["/a/1"] },
    'a={"x":1}&a=X',
  ],
  [
    "JSON in an item",
    { body: 'a={"x":1}&a={"x":2}', type: FORM, mark: ["/a/1/x"] },
    'a={"x":1}&a={"x":%22X%22}',
  ],
  [
    "JSON in every item, and in what has its name",
    { body: 'a={"x":1}&a={"k":{"x":2}}', type: FORM, mark: ["/a/*/x"] },
    'a={"x":%22X%22}&a={"k":{"x":%22X%22}}',
  ],
  [
    "an item of JSON that comes once",
    { body: "a=[1,2]&b=3", type: FORM, mark: ["/a/1"] },
    "a=[1,%22X%22]&b=3",
  ],
  ["a field with an escaped name", { body: "%61=1&b=2", type: FORM, mark: ["/a"] }, "%61=X&b=2"],
  ["the first field", { body: "a=1&b=2", type: FORM, cut: ["/a"] }, "b=2"],
  ["the last field", { body: "a=1&b=2", type: FORM, cut: ["/b"] }, "a=1"],
  ["a field without a value", { body: "a&b=2", type: FORM, cut: ["/a"] }, "b=2"],
  ["all fields", { body: "a=1&b=2", type: FORM, cut: ["/a", "/b"] }, ""],
  [
    "JSON in a field",
    { body: "x=1&p=%7B%22a%22:%22+%22%7D", type: FORM, mark: ["/p/a"] },
    "x=1&p=%7B%22a%22:%22X%22%7D",
  ],
  [
    "JSON in the only field",
    { body: "p=%7B%22a%22%3A1%2C%22b%22%3A2%7D", type: FORM, mark: ["/a"] },
    "p=%7B%22a%22%3A%22X%22%2C%22b%22%3A2%7D",
  ],
  [
    "members in the only field",
    { body: "p=%7B%22a%22%3A1%2C%22b%22%3A2%7D", type: FORM, cut: ["/a"] },
    "p=%7B%22b%22%3A2%7D",
  ],
  [
    "JSON in the only field by the field's name, as if another one were left out",
    { body: "p=%7B%22a%22%3A1%2C%22b%22%3A2%7D", type: FORM, cut: ["/p/a"], mark: ["/b"] },
    "p=%7B%22b%22%3A%22X%22%7D",
  ],
  [
    "a value that is meant twice",
    {
      body: 'p={"a":{"b":1},"c":{"d":2}}',
      type: FORM,
      cut: ["/c"],
      mark: ["/a", "/p/a/b", "/p/c"],
    },
    'p={"a":%22X%22}',
  ],
  ["the only field", { body: 'p={"a":1}', type: FORM, mark: ["/p", "/a"] }, "p=X"],
  ["no field for a star", { body: 'p={"a":1}', type: FORM, mark: ["/*"] }, 'p={"a":%22X%22}'],
  ["a part", { body: WHOLE, type: MULTIPART, mark: ["/b"] }, WHOLE.replace("bob", "X")],
  ["a file", { body: WHOLE, type: MULTIPART, mark: ["/c"] }, WHOLE.replace("cat", "X")],
  ["the first part", { body: WHOLE, type: MULTIPART, cut: ["/a"] }, PART_B + PART_C + END],
  [
    "the first part, with a line break before it",
    { body: `\r\n${WHOLE}`, type: MULTIPART, cut: ["/a"] },
    PART_B + PART_C + END,
  ],
  [
    "a part of several with a line break before them",
    { body: `\r\n${WHOLE}`, type: MULTIPART, mark: ["/a"], cut: ["/b"] },
    `\r\n${PART_A.replace("ann", "X")}${PART_C}${END}`,
  ],
  ["the first two parts", { body: WHOLE, type: MULTIPART, cut: ["/a", "/b"] }, PART_C + END],
  ["the last part", { body: WHOLE, type: MULTIPART, cut: ["/c"] }, PART_A + PART_B + END],
  ["the middle part", { body: WHOLE, type: MULTIPART, cut: ["/b"] }, PART_A + PART_C + END],
  ["all parts", { body: WHOLE, type: MULTIPART, cut: ["/*"] }, END],
])("findPlaces() finds %s of a form", (_what, sent, result) => {
  expect(edited(sent)).toBe(result);
  // Some senders of parts write bare line breaks.
  const bare = (text: string) => text.replaceAll("\r\n", "\n");
  expect(edited({ ...sent, body: bare(String(sent.body)) })).toBe(bare(result));
  const padded = (text: string) => text.replaceAll("--b\r\n", "--b \t\r\n");
  expect(edited({ ...sent, body: padded(String(sent.body)) })).toBe(padded(result));
});

test.each<[what: string, sent: Sent]>([
  ["text", { body: "ana@example.com", type: "text/plain" }],
  ["nothing", { body: "" }],
  ["a scalar", { body: '"ana@example.com"' }],
  ["JSON that ends early", { body: '{"a":1' }],
  ["JSON with something behind it", { body: '{"a":1}x' }],
  ["JSON that is too deep", { body: "[".repeat(600) + "]".repeat(600) }],
  ["a token", { body: "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x", type: "application/jwt" }],
  ["binary", { body: Buffer.from([0, 255, 1, 254]), type: "application/octet-stream" }],
  ["a broken form", { body: "--b\r\n", type: MULTIPART }],
  ["a field that is no JSON", { body: "x=1&a=text", type: FORM, mark: ["/a/b"] }],
  ["too many places", { body: `[${"1,".repeat(PLACES_FOUND_MAX)}1]`, mark: ["/*"] }],
])("findPlaces() finds nothing in %s", (_what, sent) => {
  expect(find({ mark: ["/a"], ...sent })).toBeNull();
});

test.each<[body: string, subject: string, found: string[]]>([
  ['{"id":"ana"}', "/id", ["ana"]],
  ['{"id":"\\u0061na"}', "/id", ["ana"]],
  ['{"id":12345678901234567890}', "/id", ["12345678901234567890"]],
  ['{"id":-1.50}', "/id", ["-1.50"]],
  ['{"id":null,"x":{"id":true}}', "/id", []],
  ['{"id":{"a":1}}', "/id", []],
  ['{"id":""}', "/id", []],
  ['{"id":1,"id":2}', "/id", ["1", "2"]],
  ['{"all":[{"id":1},{"id":"1"},{"id":2}]}', "/all/*/id", ["1", "2"]],
  ["{}", "/id", []],
])("findPlaces() finds in %s at %s the persons %j", (body, subject, found) => {
  expect(find({ body, subject })?.subjects).toEqual(found);
});

test("findPlaces() finds the person within what is marked, and in a form", () => {
  const inside = find({
    body: '{"user":{"id":"ana","name":"A"}}',
    mark: ["/user"],
    subject: "/user/id",
  });
  expect(inside).toMatchObject({ subjects: ["ana"], parts: [{ start: 8 }] });
  expect(find({ body: "id=a%6ea&x=1", type: FORM, subject: "/id" })?.subjects).toEqual(["ana"]);
  const only = { body: 'p={"id":"ana"}', type: FORM };
  expect(find({ ...only, subject: "/p/id" })?.subjects).toEqual(["ana"]);
  expect(find({ ...only, subject: "/id" })?.subjects).toEqual(["ana"]);
});

test("findPlaces() finds no persons if they are too many", () => {
  const ids = (count: number) => JSON.stringify(Array.from({ length: count }, (_, id) => id));
  expect(find({ body: ids(SUBJECTS_MAX), subject: "/*" })?.subjects).toHaveLength(SUBJECTS_MAX);
  expect(find({ body: ids(SUBJECTS_MAX + 1), subject: "/*" })).toBeNull();
});

test.each([
  ["/a", "/a", true],
  ["/a", "/a/b", true],
  ["/a/b", "/a", true],
  ["/*", "/a", true],
  ["/a/*/c", "/a/0", true],
  ["/a/b", "/a/c", false],
  ["/a/*/b", "/a/0/c", false],
  ["/ab", "/a", false],
])("pointersOverlap(%j, %j) is %j", (one, other, overlap) => {
  expect(pointersOverlap(one, other)).toBe(overlap);
});

const NAMES = ["a", "b", "c", "\u00e9", ""];
const VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(1, "secret", null, true, -1.5, '"\\,]}'),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 4 }),
  ),
}));

/** Deletes, or replaces by X, what is at a pointer: with the values of JSON.parse. */
function judged(value: unknown, [token, ...rest]: readonly string[], cut: boolean): unknown {
  if (typeof value !== "object" || value === null || token === undefined) return value;
  const isHit = (name: string) => token === "*" || token === name;
  const entries = Object.entries(value).flatMap(([name, inside]) => {
    if (!isHit(name)) return [[name, inside] as const];
    if (rest.length > 0) return [[name, judged(inside, rest, cut)] as const];
    return cut ? [] : [[name, "X"] as const];
  });
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

test("findPlaces() and JSON.parse agree on what is left", () => {
  const token = fc.constantFrom(...NAMES, "0", "1", "*");
  const pointer = fc.array(token, { minLength: 1, maxLength: 3 });
  const whole = VALUE.value.filter((value) => typeof value === "object" && value !== null);
  const space = fc.constantFrom(undefined, 1, "\t");
  fc.assert(
    fc.property(whole, pointer, fc.boolean(), space, (value, tokens, cut, indent) => {
      const body = JSON.stringify(value, null, indent);
      const place = `/${tokens.join("/")}`;
      const text = edited({ body, ...(cut ? { cut: [place] } : { mark: [place] }) });
      const left = JSON.parse(Buffer.from(text ?? "", "latin1").toString());
      expect(left).toEqual(judged(JSON.parse(body), tokens, cut));
    }),
    { numRuns: 2_000 },
  );
});
