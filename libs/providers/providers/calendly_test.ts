import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { calendly } from "./calendly.ts";

const SECONDS = NOW / 1_000;

checkProvider(calendly);

test.each([
  ["the documented formula", (t: number, v1: string) => `t=${t},v1=${v1}`, { ok: true }],
  ["a second signature", (t: number, v1: string) => `t=${t},v1=${v1},v1=${"0".repeat(64)}`, {}],
  ["a space after the comma", (t: number, v1: string) => `t=${t}, v1=${v1}`, { ok: true }],
  [
    "another time",
    (t: number, v1: string) => `t=${t + 1},v1=${v1}`,
    { ok: false, reason: "no_match" },
  ],
  [
    "two times",
    (t: number, v1: string) => `t=${t},t=${t},v1=${v1}`,
    { ok: false, reason: "malformed_header" },
  ],
  ["no time", (_: number, v1: string) => `v1=${v1}`, { ok: false, reason: "malformed_header" }],
  [
    "another version alone",
    (t: number, v1: string) => `t=${t},v2=${v1}`,
    { ok: false, reason: "unknown_version" },
  ],
])("calendly judges a header with %s", async (_, write, verdict) => {
  const request = sampleRequest(calendly);
  const mac = createHmac("sha256", "key").update(`${SECONDS}.`).update(request.body);
  const headers = { "calendly-webhook-signature": write(SECONDS, mac.digest("hex")) };
  const secrets = [{ id: "1", value: "key" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(calendly.recipe, seen, { secrets })).toMatchObject({ ok: true, ...verdict });
});
