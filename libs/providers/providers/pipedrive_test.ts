import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { pipedrive } from "./pipedrive.ts";

checkProvider(pipedrive);

test.each([
  ["user and password", "hook:secret", { ok: true, intact: false }],
  ["another password", "hook:other", { ok: false, reason: "no_match" }],
])("pipedrive judges %s", async (_, credentials, expected) => {
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  const request = sampleRequest(pipedrive);
  const seen = incoming({ ...request, headers: { ...request.headers, authorization } }, NOW);
  const secrets = [{ id: "1", value: "hook:secret" }];
  expect(await verify(pipedrive.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(pipedrive, seen)).toMatchObject({
    type: "create.deal",
    providerEventId: `00000000-0000-4000-8000-${String(NOW).padStart(12, "0")}`,
  });
});

test.each(['{"meta":{"action":"create"}}', '{"meta":null}', "[]"])(
  "pipedrive reads no type of %s",
  (body) => {
    const request = { ...sampleRequest(pipedrive), body: Buffer.from(body) };
    expect(describeEvent(pipedrive, incoming(request, NOW)).type).toBe("unknown");
  },
);

// https://pipedrive.readme.io/docs/guide-for-webhooks: both versions are sent, as each webhook was created.
test("pipedrive reads the type of version 1, whose id is the object's, which all of its events have", () => {
  const content = {
    v: 1,
    meta: { v: 1, action: "added", object: "deal", id: 1, timestamp_micro: 1_680_840_600_460_452 },
    current: { id: 1 },
    previous: null,
    event: "added.deal",
    retry: 0,
  };
  const request = { ...sampleRequest(pipedrive), body: Buffer.from(JSON.stringify(content)) };
  expect(describeEvent(pipedrive, incoming(request, NOW))).toMatchObject({
    type: "added.deal",
    providerEventId: "",
    readable: true,
  });
});
