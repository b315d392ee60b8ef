import { expect, test } from "@jest/globals";
import type { TargetResult } from "../target.ts";
import { speaksOfOutage } from "./speaks_of_outage.ts";

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
  ...[200, 301, 302, 308, 408, 425, 429, 500, 502, 503, 599, 101].map(
    (status): [boolean, string, TargetResult] => [true, `${status}`, answered(status)],
  ),
  ...[400, 401, 403, 404, 409, 413, 422, 499].map((status): [boolean, string, TargetResult] => [
    false,
    `${status}`,
    answered(status),
  ]),
])("speaksOfOutage() is %s of %s", (outage, _what, result) => {
  expect(speaksOfOutage(result)).toBe(outage);
});
