import { expect, test } from "@jest/globals";
import type { TargetResult } from "../target.ts";
import { indicatesOutage, judgeAnswer } from "./judge_answer.ts";
import type { Answer } from "./post.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function judge(changes: Partial<Answer>) {
  const whole = { status: 200, location: null, retryAfter: null, body: new Uint8Array(0) };
  return judgeAnswer({ ...whole, whole: true, ...changes }, { host: "crm.example", now: NOW });
}

test.each([200, 201, 202, 204, 226, 299])("judgeAnswer() takes %d for a success", (status) => {
  expect(judge({ status, body: Buffer.from("ok") })).toEqual({
    kind: "succeeded",
    response: { status, body: "ok" },
  });
});

test("judgeAnswer() takes 410 for a farewell, whole or not", () => {
  const error = "crm.example answered 410";
  const gone = { kind: "gone", error, response: { status: 410, body: "" } };
  expect(judge({ status: 410 })).toEqual(gone);
  expect(judge({ status: 410, whole: false })).toEqual(gone);
});

test.each<[string, Partial<Answer>, string]>([
  ["200 that broke off", { whole: false }, "200, but the answer broke off"],
  ["101", { status: 101 }, "101"],
  ["304", { status: 304 }, "304"],
  [
    "a redirect inside",
    { status: 302, location: "http://169.254.169.254/latest" },
    "302, a redirect to http://169.254.169.254/latest, which is not followed",
  ],
  [
    "a redirect of many words",
    { status: 307, location: "x".repeat(9_000) },
    `307, a redirect to ${"x".repeat(500)}, which is not followed`,
  ],
  ["400", { status: 400 }, "400"],
  ["a Location that is no redirect's", { status: 500, location: "/a" }, "500"],
  ["500 and Retry-After", { status: 500, retryAfter: "7" }, "500"],
  ["503 without one", { status: 503 }, "503"],
  ["503 and what nobody can read", { status: 503, retryAfter: "soon" }, "503"],
])("judgeAnswer() takes %s for a failure, without a wait", (_what, answer, error) => {
  expect(judge(answer)).toEqual({
    kind: "failed",
    error: `crm.example answered ${error}`,
    permanent: false,
    response: { status: answer.status ?? 200, body: "" },
  });
});

test.each([
  [429, null, 0],
  [429, "soon", 0],
  [429, "7", 7_000],
  [503, "120", 120_000],
  [503, "Fri, 02 Jan 2026 03:05:05 GMT", 60_000],
  [429, "Fri, 02 Jan 2026 03:04:04 GMT", 0],
  [503, "99999999", 86_400_000],
])(
  "judgeAnswer() takes %d for a limit, as long as Retry-After says: %s",
  (status, retryAfter, waitMs) => {
    const error = `crm.example answered ${status}`;
    const response = { status, body: "" };
    expect(judge({ status, retryAfter })).toEqual({ kind: "limited", error, waitMs, response });
  },
);

test("judgeAnswer() keeps text, for any bytes", () => {
  const body = (bytes: Uint8Array) => {
    const result = judge({ body: bytes });
    return "response" in result ? result.response?.body : null;
  };
  expect(body(Buffer.from("Grüße"))).toBe("Grüße");
  expect(body(Buffer.from("Grüße").subarray(0, 3))).toBe("Gr");
  expect(body(Uint8Array.of(0x61, 0xff, 0x62))).toBe("a\ufffdb");
});

function answered(status: number): TargetResult {
  return { kind: "failed", error: "", permanent: false, response: { status, body: "" } };
}

test.each<[boolean | null, string, TargetResult]>([
  [false, "a success", { kind: "succeeded" }],
  [false, "410", { kind: "gone", error: "" }],
  [true, "no answer in time", { kind: "timed_out", error: "" }],
  [true, "no connection", { kind: "failed", error: "", permanent: false }],
  [null, "an interruption", { kind: "interrupted" }],
  [null, "an attempt that never began", { kind: "not_started" }],
  [
    false,
    "a limit",
    { kind: "limited", error: "", waitMs: 0, response: { status: 429, body: "" } },
  ],
  ...[101, 200, 502, 503, 504].map((status): [boolean, string, TargetResult] => [
    true,
    `${status}`,
    answered(status),
  ]),
  ...[301, 302, 308, 400, 401, 403, 404, 408, 409, 413, 422, 425, 499, 500, 501, 599].map(
    (status): [boolean, string, TargetResult] => [false, `${status}`, answered(status)],
  ),
])("indicatesOutage() is %s of %s", (outage, _what, result) => {
  expect(indicatesOutage(result)).toBe(outage);
});
