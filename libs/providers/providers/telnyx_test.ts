import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { TelnyxWebhook } from "telnyx/lib/webhooks";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { telnyx } from "./telnyx.ts";

checkProvider(telnyx, {
  oracle: {
    async verify({ headers, body }, { secret }) {
      await new TelnyxWebhook(secret).verify(Buffer.from(body).toString(), { ...headers });
      return true;
    },
  },
});

test.each([
  ["a line between time and body", "|", { ok: true, signedAt: NOW }],
  ["a point between them", ".", { ok: false, reason: "no_match" }],
  ["nothing between them", "", { ok: false, reason: "no_match" }],
])("telnyx judges what is signed with %s", async (_, between, verdict) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const request = sampleRequest(telnyx);
  const timestamp = String(NOW / 1_000);
  const signed = Buffer.concat([Buffer.from(timestamp + between), request.body]);
  const headers = {
    "telnyx-timestamp": timestamp,
    "telnyx-signature-ed25519": signBytes(null, signed, privateKey).toString("base64"),
  };
  const key = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  const seen = incoming({ ...request, headers }, NOW);
  const secrets = [{ id: "1", value: key }];
  expect(await verify(telnyx.recipe, seen, { secrets })).toMatchObject(verdict);
});
