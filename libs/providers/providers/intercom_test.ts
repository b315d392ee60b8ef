import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { intercom } from "./intercom.ts";

checkProvider(intercom);

test.each([
  ["the documented formula", "sha1", "sha1=", { ok: true, intact: true, signedAt: null }],
  ["no prefix", "sha1", "", { ok: false, reason: "malformed_header" }],
  ["another digest", "sha256", "sha1=", { ok: false, reason: "malformed_header" }],
  ["another digest's name", "sha256", "sha256=", { ok: false, reason: "malformed_header" }],
])("intercom judges a signature with %s", async (_, digest, prefix, verdict) => {
  const request = sampleRequest(intercom);
  const mac = createHmac(digest, "client secret").update(request.body).digest("hex");
  const headers = { "x-hub-signature": prefix + mac };
  const seen = incoming({ ...request, headers }, NOW);
  const secrets = [{ id: "1", value: "client secret" }];
  expect(await verify(intercom.recipe, seen, { secrets })).toMatchObject(verdict);
});

test.each([
  ["HEAD", { status: 200, headers: {}, body: "" }],
  ["POST", null],
  ["GET", null],
])("intercom answers a %s as it should", (method, answer) => {
  const request = incoming({ ...sampleRequest(intercom), method }, NOW);
  expect(intercom.handshake?.answer(request, { secrets: [], settings: {} })).toEqual(answer);
});
