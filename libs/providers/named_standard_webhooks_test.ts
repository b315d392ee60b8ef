import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { clerk } from "./providers/clerk.ts";
import { openai } from "./providers/openai.ts";
import { resend } from "./providers/resend.ts";
import { NOW, sampleRequest } from "./suite/provider_test_kit.ts";

test("resend and clerk do not take the other family's headers for a signature", async () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  for (const provider of [resend, clerk]) {
    const request = { ...sampleRequest(provider), headers: { "webhook-id": "msg_1" } };
    const signed = sign(openai.recipe, request, { secret, now: NOW });
    const secrets = [{ id: "1", value: secret }];
    const verdict = await verify(provider.recipe, incoming(signed, NOW), { secrets });
    expect(verdict).toMatchObject({ ok: false, reason: "missing_header" });
  }
});
