import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { MacRecipe, TimestampRule } from "./recipe.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const SECRET = "the secret of the sender";

function judge(
  written: string,
  { from, unit }: Pick<TimestampRule, "from" | "unit">,
  receivedAt = 1_700_000_000_000,
) {
  const recipe: MacRecipe = {
    kind: "hmac",
    scheme: "timed",
    signature: { header: "x-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from, unit, pastSecondsMax: 300, futureSecondsMax: 300 },
  };
  const body = "json" in from ? `{"ts":${written}}` : "{}";
  const mac = createHmac("sha256", SECRET).update(`${written}.${body}`).digest("hex");
  const headers = { "x-signature": mac, "x-time": written };
  const request = { method: "POST", url: "/", headers, body: Buffer.from(body) };
  return verify(recipe, incoming(request, receivedAt), { secrets: [{ id: "1", value: SECRET }] });
}

const HEADER = { header: "x-time" } as const;
const JSON_PLACE = { json: "/ts" } as const;

test.each([
  ["1700000000", HEADER, "s"],
  ["1700000000.123456", HEADER, "s"],
  ["1700000000123", HEADER, "ms"],
  ["1700000000123.5", HEADER, "ms"],
  ["1700000000.5", HEADER, "unix"],
  ["1700000000123.0", HEADER, "unix"],
  ["1700000000", JSON_PLACE, "s"],
  ["1700000000.0", JSON_PLACE, "s"],
  ["1700000000.50", JSON_PLACE, "s"],
] as const)("verify() takes a time that is written as %s in %j, in %s", (written, from, unit) => {
  expect(judge(written, { from, unit })).toMatchObject({ ok: true });
});

test.each(["", " ", "1700000000.", ".5", "1,7", "0x65537bc0", "+1700000000", "1700000000.1.2"])(
  "verify() takes %j for no time",
  (written) => {
    const verdict = judge(written, { from: HEADER, unit: "s" });
    expect(verdict).toEqual({ ok: false, reason: "malformed_header" });
  },
);

test.each([300, 301])("verify() judges a time with a fraction %d seconds later", (seconds) => {
  const verdict = judge(
    "1700000000.5",
    { from: HEADER, unit: "s" },
    1_700_000_000_000 + seconds * 1_000,
  );
  expect(verdict.ok).toBe(seconds === 300);
});
