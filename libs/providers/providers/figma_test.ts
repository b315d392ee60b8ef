import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { figma } from "./figma.ts";

checkProvider(figma);

test.each([
  ["the passcode", "secret", { ok: true, intact: false }],
  ["another", "other", { ok: false, reason: "no_match" }],
  ["none", undefined, { ok: false, reason: "missing_header" }],
])("figma judges a body with %s", async (_, passcode, expected) => {
  const body = Buffer.from(JSON.stringify({ event_type: "PING", passcode, webhook_id: "22" }));
  const seen = incoming({ ...sampleRequest(figma), body }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(figma.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(figma, seen)).toMatchObject({ type: "PING", providerEventId: "" });
});
