import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { DAY_MS, MINUTE_MS } from "../durations.ts";
import { nextRetryMs } from "../retries.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { wise } from "./wise.ts";

checkProvider(wise);

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const PEM = String(publicKey.export({ format: "pem", type: "spki" }));

test.each([
  ["SHA-256, as documented", "sha256", { ok: true, intact: true }],
  ["SHA-1, of the older header", "sha1", { ok: false, reason: "no_match" }],
])("wise judges a signature with %s", async (_, digest, expected) => {
  const request = sampleRequest(wise);
  const signature = signBytes(digest, request.body, privateKey).toString("base64");
  const headers = { ...request.headers, "x-signature-sha256": signature };
  const secrets = [{ id: "1", value: PEM }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(wise.recipe, seen, { secrets })).toMatchObject(expected);
});

test("wise's 25 retries are within its horizon, and no more are expected", () => {
  const waits: number[] = [];
  for (let at = nextRetryMs(wise.retries, 0); at !== null; at = nextRetryMs(wise.retries, at)) {
    waits.push(at);
  }
  expect(waits).toHaveLength(25);
  expect(waits.at(-1)).toBe(2_047 * MINUTE_MS + 14 * DAY_MS);
});
