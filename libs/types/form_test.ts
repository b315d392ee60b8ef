import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { FORM_FIELDS_MAX, fieldBytes, fieldText, readForm } from "./form.ts";

const URLENCODED = "application/x-www-form-urlencoded";
const bytes = (text: string) => new TextEncoder().encode(text);

function pairs(body: string | Uint8Array, contentType = URLENCODED) {
  const form = readForm(contentType, typeof body === "string" ? bytes(body) : body);
  return form?.map((field) => [field.name, fieldText(field)]) ?? null;
}

test.each<[string, [string, string][]]>([
  ["", []],
  ["&&", []],
  [
    "a=1&b=2",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "a=1&a=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["a", [["a", ""]]],
  ["=1", [["", "1"]]],
  ["a=b=c", [["a", "b=c"]]],
  ["a+b=c+d%2B", [["a b", "c d+"]]],
  ["%61=%C3%A4", [["a", "ä"]]],
  [
    "a=100%&b=%zz&c=%4",
    [
      ["a", "100%"],
      ["b", "%zz"],
      ["c", "%4"],
    ],
  ],
  ["a=%FF", [["a", "\ufffd"]]],
  ["a=é", [["a", "é"]]],
])("readForm() of %s", (body, expected) => {
  expect(pairs(body)).toEqual(expected);
});

test("readForm() reads urlencoded text as URLSearchParams does", () => {
  const piece = fc.oneof(
    fc.constantFrom("&", "=", "+", "%", "%2", "%41", "%c3%a4", "%ff", "a"),
    // Encoders escape everything else.
    fc.string({ unit: "grapheme-ascii", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      // Its constructor drops a question mark at the start; we read no form that starts as JSON or with dashes.
      const text = pieces.join("").replace(/^[?[{-]+/, "");
      expect(pairs(text)).toEqual([...new URLSearchParams(text)]);
    }),
  );
});

test.each([
  ["application/json", "a=1"],
  ["text/plain", "a=1"],
  ["", "a=1"],
  ["application/x-www-form-urlencodedx", "a=1"],
  ["multipart/form-data", "--b\r\n"],
  ["multipart/mixed; boundary=b", "--b--"],
  [URLENCODED, ' {"a":"&id=1&"}'],
  [URLENCODED, '["&id=1&"]'],
  [URLENCODED, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n&id=1&\r\n--b--'],
])("readForm() reads no form of type %s", (contentType, body) => {
  expect(pairs(body, contentType)).toBeNull();
});

const PART = 'Content-Disposition: form-data; name="a"';

test.each([
  "multipart/form-data; boundary=b",
  'multipart/form-data; boundary="b"',
  "Multipart/Form-Data;boundary=b",
  "multipart/form-data; charset=utf-8; boundary=b; x=y",
])("readForm() reads a multipart body of type %s", (contentType) => {
  expect(pairs(`--b\r\n${PART}\r\n\r\n1\r\n--b--\r\n`, contentType)).toEqual([["a", "1"]]);
});

const MULTIPART = "multipart/form-data; boundary=b";

test("readForm() reads the parts of a multipart body as they are", () => {
  const body = [
    `--b\r\n${PART}\r\n\r\n1+%41\r\n--no\r\n`,
    '--b\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-disposition: form-data; name="\\"x\\" %22ä"\r\n\r\nä\r\n',
    '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n\0\r\n',
    "--b\r\nContent-Disposition: form-data; filename*=UTF-8''x; name=\"g\"\r\n\r\n\r\n",
    "--b--",
  ].join("");
  expect(pairs(body, MULTIPART)).toEqual([
    ["a", "1+%41\r\n--no"],
    ['"x" "ä', "ä"],
    ["f", "\0"],
    ["g", ""],
  ]);
  const form = readForm(MULTIPART, bytes(body)) ?? [];
  expect(form.map(({ file }) => file)).toEqual([
    null,
    null,
    { name: "a.txt", contentType: "text/plain" },
    { name: "UTF-8''x", contentType: "" },
  ]);
});

test("readForm() finds no name in the name of a file", () => {
  const body =
    '--b\r\nContent-Disposition: form-data; filename="; name=\\"t\\"; name="; name="a"\r\n\r\n\r\n--b--';
  expect(pairs(body, MULTIPART)).toEqual([["a", ""]]);
});

test.each([
  ["cut off", `--b\r\n${PART}\r\n\r\n1`],
  ["without its end", `--b\r\n${PART}\r\n\r\n1\r\n--b\r\n`],
  ["with a part that has no name", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--"],
  ["with a part that has no head", "--b\r\n1\r\n--b--"],
  ["with a longer boundary", `--bc\r\n${PART}\r\n\r\n1\r\n--bc--`],
  ["with text before it", `x\r\n--b\r\n${PART}\r\n\r\n1\r\n--b--`],
  ["with too long a head", `--b\r\n${PART}\r\nX: ${"x".repeat(5_000)}\r\n\r\n1\r\n--b--`],
  ["that is empty", ""],
])("readForm() refuses a multipart body %s", (_name, body) => {
  expect(pairs(body, MULTIPART)).toBeNull();
});

test("readForm() refuses too many fields", () => {
  const part = `--b\r\n${PART}\r\n\r\n1\r\n`;
  expect(pairs("a&".repeat(FORM_FIELDS_MAX))).toHaveLength(FORM_FIELDS_MAX);
  expect(pairs("a&".repeat(FORM_FIELDS_MAX + 1))).toBeNull();
  expect(pairs("&".repeat(FORM_FIELDS_MAX + 1))).toBeNull();
  expect(pairs(`${part.repeat(FORM_FIELDS_MAX)}--b--`, MULTIPART)).toHaveLength(FORM_FIELDS_MAX);
  expect(pairs(`${part.repeat(FORM_FIELDS_MAX + 1)}--b--`, MULTIPART)).toBeNull();
});

test("readForm() never throws over random bytes", () => {
  const type = fc.constantFrom(URLENCODED, MULTIPART, "multipart/form-data; boundary=\r");
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 200 }), (contentType, body) => {
      for (const start of ["", "--b\r\n", `--b\r\n${PART}\r\n\r\n`]) {
        const form = readForm(contentType, Buffer.concat([Buffer.from(start), body])) ?? [];
        for (const field of form) expect(fieldBytes(field)).toBeInstanceOf(Uint8Array);
      }
    }),
  );
});
