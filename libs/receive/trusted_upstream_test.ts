import { expect, test } from "@jest/globals";
import { trustedUpstream, type Upstream } from "./trusted_upstream.ts";

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PLACE: Upstream = { traceparent: TRACEPARENT, tracestate: "" };
const headersOf = (...lines: string[]) => Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1");

test.each<[string, boolean | undefined, string[], Upstream | null]>([
  ["a trusted source's", true, ["a: b", `TraceParent: ${TRACEPARENT}`], PLACE],
  [
    "its states, all of them",
    true,
    ["Tracestate: a=1", `traceparent: ${TRACEPARENT}`, "tracestate: b=2,c=3"],
    { ...PLACE, tracestate: "a=1,b=2,c=3" },
  ],
  ["none of a source that is not trusted", undefined, [`traceparent: ${TRACEPARENT}`], null],
  ["none where there is none", true, ["a: b", "tracestate: a=1"], null],
  ["none of two", true, [`traceparent: ${TRACEPARENT}`, `traceparent: ${TRACEPARENT}`], null],
])("trustedUpstream() reads %s", (_, trustTraceparent, lines, expected) => {
  const source = trustTraceparent === undefined ? {} : { trustTraceparent };
  expect(trustedUpstream({ headers: headersOf(...lines) }, source)).toEqual(expected);
});

test("trustedUpstream() reads none of a source that was removed", () => {
  const headers = headersOf(`traceparent: ${TRACEPARENT}`);
  expect(trustedUpstream({ headers }, undefined)).toBeNull();
});
