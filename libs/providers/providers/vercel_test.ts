import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { vercel } from "./vercel.ts";

checkProvider(vercel);

test.each([
  ["the documented formula", "sha1", "", { ok: true, intact: true }],
  ["SHA-256 in its place", "sha256", "", { ok: false, reason: "malformed_header" }],
  ["a prefix", "sha1", "sha1=", { ok: false, reason: "malformed_header" }],
])("vercel judges a signature with %s", async (_, digest, prefix, verdict) => {
  const request = sampleRequest(vercel);
  const mac = createHmac(digest, "secret").update(request.body).digest("hex");
  const headers = { "x-vercel-signature": prefix + mac };
  const secrets = [{ id: "1", value: "secret" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(vercel.recipe, seen, { secrets })).toMatchObject(verdict);
  expect(describeEvent(vercel, seen)).toMatchObject({
    type: "deployment.created",
    providerEventId: `evt_${NOW}`,
  });
});
