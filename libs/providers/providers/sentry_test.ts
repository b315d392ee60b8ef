import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { sentry } from "./sentry.ts";

checkProvider(sentry);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("sentry judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(sentry), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(sentry.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(sentry, seen)).toMatchObject({
    type: "issue.created",
    providerEventId: NOW.toString(16).padStart(32, "0"),
  });
});

test("sentry takes the signature of a UI component from its own header", async () => {
  const { "sentry-hook-signature": mac = "", ...headers } = signed(
    sampleRequest(sentry),
    "secret",
  ).headers;
  const request = {
    ...sampleRequest(sentry),
    headers: { ...headers, "sentry-app-signature": mac },
  };
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(sentry.recipe, incoming(request, NOW), { secrets })).toMatchObject({
    ok: true,
  });
});

test("sentry reads no type where the header or the action is missing", () => {
  const request = sampleRequest(sentry);
  for (const one of [
    { ...request, headers: {} },
    { ...request, body: Buffer.from("{}") },
  ]) {
    expect(describeEvent(sentry, incoming(one, NOW)).type).toBe("unknown");
  }
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "sentry-hook-signature": mac };
  return { ...request, headers };
}
