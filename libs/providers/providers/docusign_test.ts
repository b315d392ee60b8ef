import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { docusign } from "./docusign.ts";

checkProvider(docusign);

test.each([
  ["the first header", 1, 1, { ok: true, intact: true, secretId: "2" }],
  ["the second of two", 2, 2, { ok: true }],
  ["the last of a hundred", 100, 100, { ok: true }],
  ["one after the hundredth", 101, 101, { ok: false, reason: "no_match" }],
  ["none of them", 101, 3, { ok: false, reason: "no_match" }],
])("docusign looks for the source's key in %s", async (_, at, count, verdict) => {
  const signatures = Array.from({ length: count }, (_, index) =>
    mac(index + 1 === at ? "ours" : `other ${index}`),
  );
  expect(await judge(signatures)).toMatchObject(verdict);
});

test("docusign does without a header that is no signature, but not with one sent twice", async () => {
  expect(await judge(["x", mac("ours")])).toMatchObject({ ok: true });
  expect(await judge(["x", "y"])).toEqual({ ok: false, reason: "malformed_header" });
  expect(await judge([])).toEqual({ ok: false, reason: "missing_header" });
  const twice = (name: string) =>
    name === "x-docusign-signature-1" ? [mac("ours"), mac("ours")] : [];
  const seen = { ...incoming(sampleRequest(docusign), NOW), headers: twice };
  expect(await verify(docusign.recipe, seen, { secrets: SECRETS })).toEqual({
    ok: false,
    reason: "malformed_header",
  });
});

const SECRETS = [
  { id: "1", value: "older" },
  { id: "2", value: "ours" },
];

function mac(secret: string): string {
  return createHmac("sha256", secret).update(sampleRequest(docusign).body).digest("base64");
}

function judge(signatures: readonly string[]) {
  const headers = Object.fromEntries(
    signatures.map((signature, index) => [`x-docusign-signature-${index + 1}`, signature]),
  );
  const seen = incoming({ ...sampleRequest(docusign), headers }, NOW);
  return verify(docusign.recipe, seen, { secrets: SECRETS });
}
