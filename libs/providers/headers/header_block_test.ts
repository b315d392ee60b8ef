import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  formatHeaderBlock,
  headerRecord,
  headerValues,
  keptRequest,
  parseHeaderBlock,
} from "./header_block.ts";

test.each([
  ["nothing", [], ""],
  ["names as they were sent", ["X-Thing", "1"], "X-Thing: 1\r\n"],
  ["one name twice, in order", ["a", "2", "b", "3", "A", "1"], "a: 2\r\nb: 3\r\nA: 1\r\n"],
  ["an empty value", ["a", ""], "a: \r\n"],
  ["colons and spaces in a value", ["a", " b: c "], "a:  b: c \r\n"],
  ["bytes above ASCII", ["a", "\x80\xff"], "a: \x80\xff\r\n"],
  [
    "a name of Object's",
    ["__proto__", "1", "constructor", "2"],
    "__proto__: 1\r\nconstructor: 2\r\n",
  ],
])("formatHeaderBlock() writes %s, and parseHeaderBlock() reads it back", (_, raw, block) => {
  const bytes = formatHeaderBlock(raw);
  expect(Buffer.from(bytes).toString("latin1")).toBe(block);
  expect(parseHeaderBlock(bytes).flat()).toEqual(raw);
});

test.each([
  ["a line break in a value", ["a", "b\r\nevil: 1"]],
  ["a bare CR", ["a", "b\rc"]],
  ["a bare LF", ["a", "b\nc"]],
  ["NUL", ["a", "b\0"]],
  ["a character whose low byte is a line break", ["a", "b\u010aevil: 1"]],
  ["a line break in a name", ["a\r\nb", "c"]],
  ["a colon in a name", ["a: b", "c"]],
  ["no name", ["", "c"]],
  ["a name without a value", ["a", "b", "c"]],
])("formatHeaderBlock() refuses %s", (_, raw) => {
  expect(() => formatHeaderBlock(raw)).toThrow(TypeError);
  expect(() => formatHeaderBlock(raw)).toThrow("Cannot format the header block");
});

test.each([
  ["no bytes", "", []],
  ["only line breaks", "\r\n\r\n", []],
  ["a line without a colon", "evil\r\na: 1\r\n", [["a", "1"]]],
  ["a line without a name", ": evil\r\na: 1\r\n", [["a", "1"]]],
  ["no space after the colon", "a:1\r\n", [["a", "1"]]],
  ["no last line break", "a: 1", [["a", "1"]]],
])("parseHeaderBlock() takes %s", (_, block, headers) => {
  expect(parseHeaderBlock(Buffer.from(block, "latin1"))).toEqual(headers);
});

test("parseHeaderBlock() reads only the view it is given", () => {
  const memory = Buffer.from("x: 1\r\na: 1\r\ny: 1\r\n");
  expect(parseHeaderBlock(memory.subarray(6, 12))).toEqual([["a", "1"]]);
  expect(parseHeaderBlock(new Uint8Array(memory.buffer, memory.byteOffset + 6, 6))).toEqual([
    ["a", "1"],
  ]);
});

test("parseHeaderBlock() never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Array.isArray(parseHeaderBlock(bytes))).toBe(true);
    }),
  );
});

test("parseHeaderBlock() reads back any headers that were received", () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/);
  const value = fc.uint8Array({ maxLength: 40 }).map((bytes) =>
    Buffer.from(bytes)
      .toString("latin1")
      .replace(/[\0\r\n]/g, ""),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(token, value), { maxLength: 10 }), (headers) => {
      expect(parseHeaderBlock(formatHeaderBlock(headers.flat()))).toEqual(headers);
    }),
  );
});

const SENT = [
  "Host",
  "a",
  "X-Sig",
  "one",
  "x-SIG",
  "two",
  "X-Sign",
  "no",
  "X-Si",
  "no",
  "x-sig",
  "",
];

test("headerValues() returns all values of a name, however it is written, in order", () => {
  expect(headerValues(SENT, "x-sig")).toEqual(["one", "two", ""]);
});

test("headerValues() returns none if the header was not sent, or only as a value", () => {
  expect(headerValues(SENT, "one")).toEqual([]);
  expect(headerValues([], "host")).toEqual([]);
});

test("keptRequest() reads the headers as they were sent", () => {
  const kept = { method: "POST", url: "https://a.example/", body: Buffer.from("b"), receivedAt: 1 };
  const request = keptRequest({ ...kept, headers: formatHeaderBlock(SENT) });
  expect(request).toMatchObject(kept);
  expect(request.headers("x-sig")).toEqual(["one", "two", ""]);
  expect(request.headers("x-other")).toEqual([]);
});

const RAW = [
  ...["Host", "localhost", "X-Forwarded-For", "192.0.2.1", "x-forwarded-for", "192.0.2.2"],
  ...["X-Gitlab-Token", "hush", "X-Empty", ""],
];

test("headerRecord() names headers in lower case and joins values", () => {
  expect({ ...headerRecord(formatHeaderBlock(RAW)) }).toEqual({
    host: "localhost",
    "x-forwarded-for": "192.0.2.1, 192.0.2.2",
    "x-gitlab-token": "hush",
    "x-empty": "",
  });
});

test("headerRecord() treats names of Object's like any other", () => {
  const headers = headerRecord(
    formatHeaderBlock(["__proto__", "1", "constructor", "2", "__PROTO__", "3"]),
  );
  expect(Object.entries(headers)).toEqual([
    ["__proto__", "1, 3"],
    ["constructor", "2"],
  ]);
});

test("headerRecord() of nothing is nothing", () => {
  expect(Object.keys(headerRecord(new Uint8Array()))).toEqual([]);
});
