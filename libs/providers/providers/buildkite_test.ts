import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { buildkite } from "./buildkite.ts";

checkProvider(buildkite);

const AT = Math.floor(NOW / 1_000);

test.each([
  ["the documented formula", `${AT}.`, { ok: true, intact: true }],
  ["the body alone", "", { ok: false, reason: "no_match" }],
])("buildkite judges a signature of %s", async (_, prefix, expected) => {
  const request = sampleRequest(buildkite);
  const mac = createHmac("sha256", "token").update(prefix).update(request.body).digest("hex");
  const headers = { "x-buildkite-signature": `timestamp=${AT},signature=${mac}` };
  const secrets = [{ id: "1", value: "token" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(buildkite.recipe, seen, { secrets })).toMatchObject(expected);
});

test("buildkite does not take its token for a signature", async () => {
  const request = sampleRequest(buildkite);
  const seen = incoming({ ...request, headers: { "x-buildkite-token": "token" } }, NOW);
  const verdict = await verify(buildkite.recipe, seen, { secrets: [{ id: "1", value: "token" }] });
  expect(verdict).toMatchObject({ ok: false, reason: "missing_header" });
});
