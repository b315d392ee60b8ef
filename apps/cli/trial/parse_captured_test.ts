import { headerValues } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { CliError } from "../cli.ts";
import { parseCaptured } from "./parse_captured.ts";

function parse(text: string) {
  return parseCaptured(Buffer.from(text, "latin1"));
}

test.each([
  ["CR and LF", "POST /a?b=c HTTP/1.1\r\nX-A: 1\r\nx-a:2 \r\n\r\nbody\r\n", "body\r\n"],
  ["LF", "POST /a?b=c HTTP/1.1\nX-A: 1\nx-a:2 \n\nbody\n", "body\n"],
  ["an empty line first", "\r\nPOST /a?b=c HTTP/1.1\r\nX-A: 1\r\nx-a:2\r\n\r\n\r\n", "\r\n"],
  ["lower case, without a version", "post /a?b=c\nX-A: 1\nx-a:2\n\n\xff\0", "\xff\0"],
  ["no body", "POST /a?b=c HTTP/1.1\r\nX-A: 1\r\nx-a:2", ""],
])("parseCaptured() reads line ends of every kind and the exact body: %s", (_, text, body) => {
  const captured = parse(text);
  expect(captured).toMatchObject({ method: "POST", target: "/a?b=c", notes: [] });
  expect(captured.rawHeaders).toEqual(["X-A", "1", "x-a", "2"]);
  expect(headerValues(captured.rawHeaders, "x-a")).toEqual(["1", "2"]);
  expect(captured.body.toString("latin1")).toBe(body);
});

test("parseCaptured() takes as many bytes as Content-Length says, and says so", () => {
  const captured = parse("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody\n");
  expect(captured.body.toString()).toBe("body");
  expect(captured.notes).toEqual(["1 bytes after its Content-Length were left out."]);
  expect(parse("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody").notes).toEqual([]);
});

test("parseCaptured() puts chunks together where there are any", () => {
  const head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const captured = parse(
    `${head}4\r\nbody\r\nB;x=y\r\n, and more..\r\n0\r\n\r\n`.replace("B;", "c;"),
  );
  expect(captured.body.toString()).toBe("body, and more..");
  expect(captured.notes).toEqual(["Its chunks were put together."]);
  expect(parse(`${head}{"a":1}`).body.toString()).toBe('{"a":1}');
  expect(parse(`${head}4\r\nbo`).body.toString()).toBe("4\r\nbo");
});

test.each([
  ["nothing", "", /does not begin with a request line/],
  ["an answer", "HTTP/1.1 200 OK\r\n\r\n", /does not begin with a request line/],
  ["a body alone", '{"a":1}', /does not begin with a request line/],
  ["no empty line", 'POST / HTTP/1.1\r\nHost: a\r\n{"a":1}', /not a header; the body comes after/],
  ["a body cut off", "POST / HTTP/1.1\nContent-Length: 5\n\nbody", /4 bytes, but .* says 5/],
])("parseCaptured() refuses %s", (_, text, expected) => {
  expect(() => parse(text)).toThrow(expected);
  expect(() => parse(text)).toThrow(CliError);
});

test("parseCaptured() gives back any body, and throws nothing but a line for the operator", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const head = Buffer.from("POST / HTTP/1.1\r\nA: b\r\n\r\n");
      expect(parseCaptured(Buffer.concat([head, bytes])).body).toEqual(Buffer.from(bytes));
      try {
        parseCaptured(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(CliError);
      }
    }),
  );
});
