import type { Attempt, Target } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { isFailureId } from "../store/contract/decide_failures.ts";
import { fingerprint, normaliseMessage } from "./fingerprint.ts";

const HANDLER: Target = { kind: "handler", path: "/app/crm.ts" };
const PLACE = { frame: "handle (/app/crm.ts:3)", fileSha256: "ab" };

function sign(error: string, part: Partial<Parameters<typeof fingerprint>[0]> = {}) {
  const attempt = { outcome: "failed", error, response: null } as const;
  const found = fingerprint({
    subscription: "crm",
    target: HANDLER,
    attempt,
    place: PLACE,
    ...part,
  });
  if (found === null) throw new Error("Cannot continue the test: there is no fingerprint");
  return found;
}

test.each([
  ["numbers", "no course 17 of 4,200.50", "no course 99 of 7", "no course … of …"],
  [
    "a UUID",
    "user 0190a5c0-1b2c-7def-8abc-0123456789ab",
    "user 0190a5c0-0000-7def-8abc-0123456789ab",
    "user …",
  ],
  ["an id of ours", `no evt_${"0".repeat(31)}1`, `no evt_${"a1".repeat(16)}`, "no …"],
  [
    "a provider's id",
    "No such customer: 'cus_NffrFeUfNV2Hib'",
    "No such customer: 'cus_AbcdEfghIjklMn'",
    "No such customer: …",
  ],
  [
    "a numbered id",
    "cannot charge cus_42: broke",
    "cannot charge cus_100017: broke",
    "cannot charge …: broke",
  ],
  ["a short id", "no k3f9a2", "no 4b7", "no …"],
  ["an id that has only digits now and then", "no 1f00ba22", "no 10023422", "no …"],
  ["an id that has only letters now and then", "no 1f00ba22", "no ecdbfbeb", "no …"],
  [
    "a long hash",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "commit 1d3f5a0ae598e95dc970b74767f19372d61af000",
    "commit …",
  ],
  [
    "an address of e-mail",
    "cannot mail ana.1+x@example.com",
    "cannot mail bo@mail.example.org",
    "cannot mail …",
  ],
  [
    "a time",
    "late since 2026-12-01T00:39:52.123Z",
    "late since 2026-11-30T23:00:00+01:00",
    "late since …",
  ],
  ["a date", "due 2026-12-01", "due 1999-01-31", "due …"],
  [
    "a time of HTTP",
    "after Tue, 01 Dec 2026 00:39:52 GMT",
    "after Wed, 02 Dec 2026 10:00:00 GMT",
    "after …",
  ],
  ["lists of any length", "ids 1, 2, 3 are missing", "ids 4,5 are missing", "ids … are missing"],
  [
    "where it was thrown",
    "E: m (at f (file:///a.ts:3:9))",
    "E: m (at g (file:///b.ts:14:1)); cause: x".replace("; cause: x", ""),
    "E: m",
  ],
  [
    "an IP address and a port",
    "refused (ECONNREFUSED, 10.0.0.7 port 5432)",
    "refused (ECONNREFUSED, 10.0.0.12 port 5433)",
    "refused (ECONNREFUSED, … port …)",
  ],
  ["an address of either kind", "refused ::1:5432", "refused 127.0.0.1:80", "refused …"],
  ["an IPv6 address in brackets", "at [::1]:80", "at [2001:db8::a]:5432", "at …"],
  ["a device's address", "no 00:1b:44:11:3a:b7", "no aa:bb:cc:dd:ee:ff", "no …"],
  ["any address of e-mail", "no ben.o'neil@x.example", "no jörg@exämple.example", "no …"],
  ["the unit of a time", "after 1.5s", "after 12.345678901234ms", "after …"],
  ["a time of several units", "took 1h 2m 3s", "took 1m30s", "took …"],
  ["a time in words", "3 days late", "1 day late", "… late"],
  ["the unit of a size", "12KB are too many", "3.5 MiB are too many", "… are too many"],
  ["a share", "at 12%", "at 99.5 %", "at …"],
  ["signs and powers of ten", "no -12.50", "no 1.5e+21", "no …"],
  ["amounts", "owes $1,200.50", "owes 7 €", "owes …"],
  ["groups of digits", "no 1'200.50", "no 99", "no …"],
  ["digits of other scripts", "رقم ١٢٣", "رقم ٩", "رقم …"],
  ["a number of a list", "the 1st try", "the 22nd try", "the … try"],
  ["a number as of addresses", "at 0xAB", "at 0x1F", "at …"],
  ["a code", "no booking ABK9QP", "no booking X7K2QZ", "no booking …"],
  ["a date with its month", "due Dec 1, 2026", "due 30 November 2025", "due …"],
  [
    "a time of Date",
    "at Tue Dec 01 2026 00:39:52 GMT+0000 (Coordinated Universal Time)",
    "at Wed May 27 2026 10:09:02 GMT+0200 (Central European Summer Time)",
    "at …",
  ],
  ["a time of day", "at 1/2/2026, 2:09:52 AM", "at 11/30/2026, 12:00:00 PM", "at …/…/…"],
  ["a signed token", "bad eyJhbGci.eyJzdWIi.c2lnbg", "bad eyJhbGxx.eyJ1c2Vy.abcdef", "bad …"],
  [
    "a folder of temporary files",
    "open '/tmp/zKqPwx/report.pdf'",
    "open '/tmp/up-MnbVcx/other.csv'",
    "open '…'",
  ],
  [
    "what a body begins with",
    `Unexpected token 'a', "a b" is not valid JSON`,
    `Unexpected token '<', "<!DOCTYPE "... is not valid JSON`,
    "Unexpected token … is not valid JSON",
  ],
  ["quoted lists", `no ["a1b", "c2d"]`, `no ["e5f"]`, `no ["…"]`],
  ["white space", "a\n  b", "a b", "a b"],
])("normaliseMessage() takes out %s", (_what, one, other, expected) => {
  expect(normaliseMessage(one)).toBe(expected);
  expect(normaliseMessage(other)).toBe(expected);
});

test.each([
  "TypeError: Cannot read properties of undefined (reading 'email')",
  "ERR_STREAM_PREMATURE_CLOSE",
  "getElementsByTagName is not a function",
  "std::bad_alloc: may not be May, Foo::bar at last",
  `null value in column "email" of relation "users" violates not-null constraint`,
  "Unexpected token",
  "",
])("normaliseMessage() leaves %s as it is", (text) => {
  expect(normaliseMessage(text)).toBe(text);
});

test("normaliseMessage() is bounded, in length and in time", () => {
  const hostile = [
    "1",
    "a-",
    "a@",
    "…, ",
    "2026-12-01T",
    " (at ",
    "a.",
    "\ud800",
    "a:",
    "1:",
    ":",
    "1.",
    "1'",
    "1e",
  ];
  hostile.push(
    "[",
    "[a:",
    "eyJ-",
    "eyJ.",
    "/tmp/",
    "Unexpected token ",
    "Mon, ",
    "May 1",
    "0x",
    "1 s",
    "…', '",
    "user '",
    "user: ",
    "no such a: ",
    "https://a/",
    "a/.pdf.",
    "arn:a:b:",
    "{a: '",
    "dup key: {",
    ")=(",
    "Path `a` (",
    "value 'a' is not a valid ",
  );
  for (const part of hostile) {
    const startedAt = performance.now();
    expect(normaliseMessage(part.repeat(2_000 / part.length)).length).toBeLessThanOrEqual(300);
    // Some seconds if it were not in proportion to the length.
    expect(performance.now() - startedAt).toBeLessThan(500);
  }
});

test.each([
  ["the subscription", {}, { subscription: "mail" }],
  ["how it ended", {}, { attempt: { outcome: "timed_out", error: "E: m", response: null } }],
  [
    "the status",
    {},
    { attempt: { outcome: "failed", error: "E: m", response: { status: 500, body: "" } } },
  ],
  ["the frame", {}, { place: { ...PLACE, frame: "handle (/app/crm.ts:4)" } }],
  ["the content of the handler's file", {}, { place: { ...PLACE, fileSha256: "cd" } }],
] as const)("fingerprint() tells failures apart by %s", (_what, one, other) => {
  expect(sign("E: m", one).id).not.toBe(sign("E: m", other).id);
});

test("fingerprint() does not tell them apart by the body of an answer", () => {
  const answered = (body: string): Pick<Attempt, "outcome" | "error" | "response"> => ({
    outcome: "failed",
    error: "crm.example answered 500",
    response: { status: 500, body },
  });
  const target: Target = {
    kind: "endpoint",
    url: "https://crm.example/",
    secrets: [],
    forwardHeaders: false,
    headers: [],
    ratePerSecond: null,
  };
  const one = sign("", { attempt: answered("request 1"), target, place: undefined });
  expect(one).toEqual(sign("", { attempt: answered("request 2"), target, place: undefined }));
  expect(one).toMatchObject({
    kind: "failed",
    errorClass: "500",
    target: "https://crm.example/",
    frame: "",
  });
  expect(isFailureId(one.id)).toBe(true);
});

test.each([
  ["TypeError: x", "TypeError"],
  ["crm.example: the connection was refused (ECONNREFUSED, 10.0.0.7 port 1)", "ECONNREFUSED"],
  ["out of luck", ""],
])("fingerprint() of %s has the class %s", (error, expected) => {
  expect(sign(error).errorClass).toBe(expected);
});

test("fingerprint() of a success is null", () => {
  const attempt = { outcome: "succeeded", error: "", response: null } as const;
  expect(fingerprint({ subscription: "crm", target: HANDLER, attempt })).toBeNull();
});
