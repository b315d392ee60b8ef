import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { signWebhookPayload, verifyWebhookSignature } from "@notionhq/client";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { notion } from "./notion.ts";

checkProvider(notion, {
  oracle: {
    async sign(request, { secret }) {
      const signature = await signWebhookPayload({
        body: request.body,
        verificationToken: secret,
      });
      return { ...request, headers: { ...request.headers, "x-notion-signature": signature } };
    },
    verify: ({ headers, body }, { secret }) =>
      verifyWebhookSignature({
        body,
        signature: headers["x-notion-signature"] ?? "",
        verificationToken: secret,
      }),
  },
});

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("notion judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(notion), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(notion.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(notion, seen)).toMatchObject({
    type: "page.content_updated",
    providerEventId: `00000000-0000-4000-8000-${String(NOW).padStart(12, "0")}`,
  });
});

test("notion refuses the first request, which is not signed and contains the secret", async () => {
  const body = Buffer.from(
    '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}',
  );
  const seen = incoming({ ...sampleRequest(notion), body }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(notion.recipe, seen, { secrets })).toMatchObject({
    ok: false,
    reason: "missing_header",
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "x-notion-signature": `sha256=${mac}` };
  return { ...request, headers };
}
