import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  FORM_FIELDS_MAX,
  type Form,
  fieldBytes,
  fieldText,
  fieldTextPieces,
  readForm,
  readFormInTurns,
  startsAsJson,
} from "./form.ts";

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

test.each(["\r\n", "\r\n\r\n", "a preamble\r\n", `${"x".repeat(4_096)}\r\n`])(
  "readForm() ignores what comes before the first boundary, such as %j",
  (before) => {
    const body = `${before}--b\r\n${PART}\r\n\r\n1\r\n--b\r\n${PART}\r\n\r\n2\r\n--b--`;
    expect(pairs(body, MULTIPART)).toEqual([
      ["a", "1"],
      ["a", "2"],
    ]);
  },
);

/** Two fields, the second a file, with other line breaks and padding after each boundary. */
function written(lineBreak: string, padding = ""): string {
  return [
    `--b${padding}`,
    PART,
    "",
    "1",
    `--b${padding}`,
    'Content-Disposition: form-data; name="f"; filename="a.txt"',
    "Content-Type: text/plain",
    "",
    "line\r\nline\nline",
    `--b--${padding}`,
    "",
  ].join(lineBreak);
}

test.each(["\r\n", "\n"])(
  "readForm() reads a multipart body whose lines end in %j, with padding after its boundaries",
  async (lineBreak) => {
    for (const padding of ["", " ", "\t ", " ".repeat(256)]) {
      for (const before of ["", lineBreak, `a preamble${lineBreak}`]) {
        const body = bytes(before + written(lineBreak, padding));
        const expected = [
          ["a", "1"],
          ["f", "line\r\nline\nline"],
        ];
        expect(pairs(body, MULTIPART)).toEqual(expected);
        const form = await readFormInTurns(MULTIPART, body, { nextTurn: async () => undefined });
        expect(form?.map((field) => [field.name, fieldText(field)])).toEqual(expected);
        expect(form?.[1]?.file).toEqual({ name: "a.txt", contentType: "text/plain" });
      }
    }
  },
);

test("readForm() takes one line break of a multipart body for all its boundaries, and so reads it in one way only", () => {
  const text = '1\n--b\nContent-Disposition: form-data; name="x"\n\n2\n--b--';
  const crlf = `--b\r\n${PART}\r\n\r\n${text}\r\n--b--\r\n`;
  expect(pairs(crlf, MULTIPART)).toEqual([["a", text]]);
  const lf = crlf.replaceAll("\r\n", "\n");
  expect(pairs(lf, MULTIPART)).toEqual([
    ["a", "1"],
    ["x", "2"],
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
  ["with too much before it", `${"x".repeat(4_097)}\r\n--b\r\n${PART}\r\n\r\n1\r\n--b--`],
  ["with too long a head", `--b\r\n${PART}\r\nX: ${"x".repeat(5_000)}\r\n\r\n1\r\n--b--`],
  [
    "with a bare line break after a boundary",
    `--b\r\n${PART}\r\n\r\n1\r\n--b\n${PART}\r\n\r\n1\r\n--b--`,
  ],
  ["with a bare line break before the first one only", `\n--b\r\n${PART}\r\n\r\n1\r\n--b--`],
  ["with a head of bare line breaks", `--b\r\n${PART}\n\n1\r\n--b--`],
  ["with a carriage return alone", `--b\r${PART}\r\r1\r--b--`],
  ["with text after a boundary", `--b \r\n${PART}\r\n\r\n1\r\n--b x\r\n--b--`],
  ["with too much padding", `--b${" ".repeat(257)}\r\n${PART}\r\n\r\n1\r\n--b--`],
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

const PARTS = 'multipart/form-data; boundary="b0undary"';
const part = (name: string, value: string) =>
  `--b0undary\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const MIB = 1024 * 1024;

/** The fields, with texts instead of bytes: they are compared much faster. */
const listed = (form: Form | null) =>
  form?.map(({ sent, ...field }) => ({ ...field, sent: Buffer.from(sent).toString() }));

test("readFormInTurns() reads a large form as readForm() does, and gives others their turn", async () => {
  const many = Array.from({ length: 1_900 }, (_, at) => part(`f${at}`, "a".repeat(1_000))).join("");
  const ends = [0, 1, 5, 11, 12, 13].map((more) => {
    // The boundary after it lies across the border between two turns, everywhere in turn.
    const long = "a".repeat(MIB - part("long", "").length - more);
    return part("long", long) + part("last", "1");
  });
  const bodies: [string, string, number][] = [
    [PARTS, `${many}--b0undary--`, 1],
    ...ends.map((end): [string, string, number] => [PARTS, `${end}--b0undary--`, 1]),
    [PARTS, part("a", "\r\n--b0undar".repeat(MIB / 4)), 5],
    [URLENCODED, `a=${"b".repeat(MIB)}&c=${"d".repeat(MIB)}`, 1],
    // Short, but each of its fields takes time.
    [PARTS, `${part("a", "1").repeat(1_900)}--b0undary--`, 3],
    [URLENCODED, "a&".repeat(1_900), 3],
    ["text/plain", "a".repeat(MIB), 0],
  ];
  for (const [contentType, text, turnsMin] of bodies) {
    const body = bytes(text);
    let turns = 0;
    const nextTurn = async () => {
      turns += 1;
    };
    const form = await readFormInTurns(contentType, body, { nextTurn });
    expect(listed(form)).toEqual(listed(readForm(contentType, body)));
    expect(turns).toBeGreaterThanOrEqual(turnsMin);
  }
});

test("fieldTextPieces() has the text of a value, wherever an escape or a character lies across two pieces", () => {
  const border = 64 * 1024;
  const tails = [
    "%41%41",
    "%C3%A4%C3%A4",
    "%%41",
    "%%%41%",
    "%4%41",
    "ää",
    "😀",
    "%ff%",
    "+%2B",
    "",
  ];
  for (const tail of tails) {
    for (let before = border - 8; before <= border; before += 1) {
      const [field] = readForm(URLENCODED, bytes(`a=${"b".repeat(before)}${tail}`)) ?? [];
      if (field === undefined) throw new TypeError("Cannot test: there is no field");
      const pieces = [...fieldTextPieces(field)];
      expect(Buffer.concat(pieces).toString() === fieldText(field)).toBe(true);
      expect(pieces.length).toBe(field.sent.length > border ? 2 : 1);
    }
  }
});

test("startsAsJson() looks through some white space, and takes more of it for JSON", () => {
  expect(startsAsJson(bytes(`${" ".repeat(60_000)}[`))).toBe(true);
  expect(startsAsJson(bytes(`${" ".repeat(60_000)}a=1`))).toBe(false);
  expect(startsAsJson(bytes(`${" ".repeat(70_000)}a=1`))).toBe(true);
});
