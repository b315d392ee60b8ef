import { expect, test } from "@jest/globals";
import { trustedTraceparent } from "./trusted_traceparent.ts";

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const headersOf = (...lines: string[]) => Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1");

test.each<[string, boolean | undefined, string[], string | null]>([
  ["a trusted source's", true, ["a: b", `TraceParent: ${TRACEPARENT}`], TRACEPARENT],
  ["none of a source that is not trusted", undefined, [`traceparent: ${TRACEPARENT}`], null],
  ["none where there is none", true, ["a: b"], null],
  ["none of two", true, [`traceparent: ${TRACEPARENT}`, `traceparent: ${TRACEPARENT}`], null],
])("trustedTraceparent() reads %s", (_, trustTraceparent, lines, expected) => {
  const source = trustTraceparent === undefined ? {} : { trustTraceparent };
  expect(trustedTraceparent({ headers: headersOf(...lines) }, source)).toBe(expected);
});

test("trustedTraceparent() reads none of a source that was removed", () => {
  const headers = headersOf(`traceparent: ${TRACEPARENT}`);
  expect(trustedTraceparent({ headers }, undefined)).toBeNull();
});
