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
