import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { jira } from "./jira.ts";

checkProvider(jira);

const SIGNATURE = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

test.each([
  ["the documented example", `sha256=${SIGNATURE}`, { ok: true, intact: true }],
  ["it without its method", SIGNATURE, { ok: false, reason: "malformed_header" }],
  ["it as another method", `sha1=${SIGNATURE}`, { ok: false, reason: "malformed_header" }],
])("jira judges %s", async (_, signature, expected) => {
  const headers = { "x-hub-signature": signature };
  const request = { ...sampleRequest(jira), headers, body: Buffer.from("Hello World!") };
  const secrets = [{ id: "1", value: "It's a Secret to Everybody" }];
  expect(await verify(jira.recipe, incoming(request, NOW), { secrets })).toMatchObject(expected);
});
