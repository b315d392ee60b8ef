import { incoming, makeSecret, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import Telnyx from "telnyx";
import { checkProvider, NOW, sampleRequest } from "./provider_test_kit.ts";
import { telnyx } from "./telnyx.ts";

const { webhooks } = new Telnyx({ apiKey: "none" });
const KEYS = makeSecret(telnyx.recipe, { now: NOW });
const SECONDS = Math.floor(NOW / 1_000);

checkProvider(telnyx, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      webhooks.unwrap(Buffer.from(body).toString(), { headers: { ...headers }, key: secret }),
  },
});

const { headers } = sign(telnyx.recipe, sampleRequest(telnyx), {
  secret: KEYS.secret,
  privateKey: KEYS.privateKey ?? "",
  now: NOW,
});

test.each([
  ["a time in milliseconds", { "telnyx-timestamp": `${NOW}` }, { ok: false }],
  ["another second", { "telnyx-timestamp": `${SECONDS + 1}` }, { ok: false, reason: "no_match" }],
  [
    "a time that is no number",
    { "telnyx-timestamp": `${SECONDS}.0` },
    { ok: false, reason: "malformed_header" },
  ],
  ["what was sent", {}, { ok: true, signedAt: SECONDS * 1_000, intact: true }],
])("telnyx judges %s", async (_, changed, verdict) => {
  const request = { ...sampleRequest(telnyx), headers: { ...headers, ...changed } };
  const secrets = [{ id: "1", value: KEYS.secret }];
  expect(await verify(telnyx.recipe, incoming(request, NOW), { secrets })).toMatchObject(verdict);
});

test("telnyx refuses the signature of another account's key", async () => {
  const other = makeSecret(telnyx.recipe, { now: NOW });
  const request = { ...sampleRequest(telnyx), headers };
  const secrets = [{ id: "1", value: other.secret }];
  const verdict = await verify(telnyx.recipe, incoming(request, NOW), { secrets });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test("telnyx's hint takes a public key, and no private one", () => {
  expect(KEYS.secret).toMatch(telnyx.secretHint.pattern ?? /^$/);
  expect(KEYS.privateKey).not.toMatch(telnyx.secretHint.pattern ?? /^/);
});
