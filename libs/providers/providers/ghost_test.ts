import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { ghost } from "./ghost.ts";

checkProvider(ghost);

test.each([
  ["body and time, as Ghost's source does", String(NOW), { ok: true, intact: true, signedAt: NOW }],
  ["the body alone, as older versions do", "", { ok: false, reason: "no_match" }],
])("ghost judges a signature of %s", async (_, time, expected) => {
  const request = sampleRequest(ghost);
  const mac = createHmac("sha256", "secret").update(request.body).update(time).digest("hex");
  const headers = { "x-ghost-signature": `sha256=${mac}, t=${NOW}` };
  const secrets = [{ id: "1", value: "secret" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(ghost.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ['{"member":{"current":{}}}', "member"],
  ['{"a":1,"b":2}', "unknown"],
  // payload.js of Ghost: an event without a model, of which `site.changed` is the only one.
  ["{}", "site.changed"],
  ["[]", "unknown"],
  ["[1]", "unknown"],
  ["null", "unknown"],
])("ghost reads %s", (body, type) => {
  const request = { ...sampleRequest(ghost), body: Buffer.from(body) };
  expect(describeEvent(ghost, incoming(request, NOW)).type).toBe(type);
});
