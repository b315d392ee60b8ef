import { createHmac } from "node:crypto";
import { EventCallbackHelper, EventCallbackRequest } from "@dropbox/sign";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { dropboxSign } from "./dropbox_sign.ts";

const replaced = (from: string, to: string) => (request: OutgoingRequest) => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(from, to)),
});

checkProvider(dropboxSign, {
  oracle: {
    verify({ body }, { secret }) {
      const [json = ""] = /^\{.*\}$/m.exec(Buffer.from(body).toString()) ?? [];
      return EventCallbackHelper.isValid(secret, EventCallbackRequest.init(JSON.parse(json)));
    },
  },
  tampered: [
    replaced("signature_request_signed", "signature_request_sent"),
    replaced(String(NOW / 1_000), String(NOW / 1_000 + 1)),
  ],
});

test.each([
  ["the documented formula", "apikey", { ok: true, intact: false }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("dropbox_sign judges a hash of %s", async (_, key, expected) => {
  const time = String(NOW / 1_000);
  const hash = createHmac("sha256", key).update(`${time}signature_request_signed`).digest("hex");
  const request = replaced(
    '"event_type"',
    `"event_hash":"${hash}","event_type"`,
  )(sampleRequest(dropboxSign));
  const secrets = [{ id: "1", value: "apikey" }];
  const seen = incoming(request, NOW);
  expect(await verify(dropboxSign.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(dropboxSign, seen)).toMatchObject({
    type: "signature_request_signed",
    providerEventId: hash,
  });
});
