import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { typeform } from "./typeform.ts";

checkProvider(typeform);

test.each([
  ["the documented formula", "sha256=", "base64", { ok: true, intact: true }],
  ["hexadecimal digits", "sha256=", "hex", { ok: false, reason: "malformed_header" }],
  ["no prefix", "", "base64", { ok: false, reason: "malformed_header" }],
  ["another prefix", "sha1=", "base64", { ok: false, reason: "malformed_header" }],
] as const)("typeform judges a signature with %s", async (_, prefix, encoding, verdict) => {
  const request = sampleRequest(typeform);
  const mac = createHmac("sha256", "s & s").update(request.body).digest(encoding);
  const headers = { "typeform-signature": prefix + mac };
  const secrets = [{ id: "1", value: "s & s" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(typeform.recipe, seen, { secrets })).toMatchObject(verdict);
});

test("typeform's id of an event is signed with it", () => {
  const request = incoming(sampleRequest(typeform), NOW);
  expect(describeEvent(typeform, request).providerEventId).toBe(`01H${NOW}`);
});
