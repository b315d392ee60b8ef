import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { gitlab } from "./gitlab.ts";

// GitLab has no package of its own: it follows Standard Webhooks, whose package this is.
checkProvider(gitlab, {
  oracle: {
    sign(request, { secret, now }) {
      const id = request.headers["webhook-id"] ?? "";
      const signature = new Webhook(secret).sign(id, new Date(now), text(request));
      const own = {
        "webhook-timestamp": String(Math.floor(now / 1_000)),
        "webhook-signature": signature,
      };
      return { ...request, headers: { ...request.headers, ...own } };
    },
    verify(request, { secret }) {
      new Webhook(secret).verify(text(request), { ...request.headers });
      return true;
    },
  },
});

const SECRETS = [{ id: "1", value: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }];

test("gitlab takes the token for nothing unless the source names its scheme", async () => {
  const token = recipeFor(gitlab, "gitlab_token");
  if (token === null) throw new TypeError("Cannot find the scheme: it is none of GitLab's");
  const request = sign(token, sampleRequest(gitlab), { secret: SECRETS[0]?.value ?? "", now: NOW });
  const seen = incoming(request, NOW);
  expect(await verify(token, seen, { secrets: SECRETS })).toMatchObject({
    ok: true,
    intact: false,
    signature: "",
  });
  expect(await verify(gitlab.recipe, seen, { secrets: SECRETS })).toEqual({
    ok: false,
    reason: "missing_header",
  });
});

test.each([
  ["of system hooks", '{"event_name":"project_create"}', "project_create"],
  ["of a push", '{"object_kind":"tag_push","event_name":"tag_push"}', "tag_push"],
  ["that is missing", "{}", "unknown"],
])("gitlab reads the type %s", (_, body, type) => {
  const request = { ...sampleRequest(gitlab), body: Buffer.from(body) };
  expect(describeEvent(gitlab, incoming(request, NOW)).type).toBe(type);
});

test("gitlab's id without a signing token is the idempotency key", () => {
  const headers = { "idempotency-key": "f5e57ebf", "content-type": "application/json" };
  const seen = incoming({ ...sampleRequest(gitlab), headers }, NOW);
  expect(describeEvent(gitlab, seen).providerEventId).toBe("f5e57ebf");
});

function text({ body }: OutgoingRequest): string {
  return Buffer.from(body).toString();
}
