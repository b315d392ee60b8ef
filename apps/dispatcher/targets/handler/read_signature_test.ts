import type { Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { readSignature } from "./read_signature.ts";

const HMAC = {
  kind: "hmac",
  scheme: "x",
  signature: { header: "x-signature" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
} as const satisfies Recipe;

const HEADERS = {
  "x-signature": " v0=ab ",
  "x-other": "cd",
  "x-signature-1": "ef",
  "content-type": "application/x-www-form-urlencoded",
};

test.each<[string, Recipe, string]>([
  ["in a header", HMAC, "v0=ab"],
  ["after a prefix", { ...HMAC, format: { kind: "plain", prefix: "v0=" } }, "ab"],
  ["without its prefix", { ...HMAC, format: { kind: "plain", prefix: "sha256=" } }, "v0=ab"],
  [
    "in a list, which is given whole",
    { ...HMAC, format: { kind: "pairs", delimiter: ",", key: "v0" } },
    "v0=ab",
  ],
  [
    "in the second of several places",
    { ...HMAC, signature: [{ header: "x-none" }, { header: "x-other" }] },
    "cd",
  ],
  ["in numbered headers", { ...HMAC, signature: { numbered: "x-signature-", max: 3 } }, "ef"],
  ["in a form", { ...HMAC, signature: { form: "signature" } }, "gh"],
  ["in a body that is not JSON", { ...HMAC, signature: { json: "/signature" } }, ""],
  ["nowhere", { ...HMAC, signature: { header: "constructor" } }, ""],
  [
    "in one of several schemes",
    {
      kind: "any",
      scheme: "any",
      recipes: [{ ...HMAC, signature: { header: "x-none" } }, HMAC],
    },
    "v0=ab",
  ],
  [
    "that is a shared secret",
    { kind: "shared_secret", scheme: "token", from: { header: "x-other" } },
    "",
  ],
  ["that is a password", { kind: "basic", scheme: "basic" }, ""],
])("readSignature() of a signature %s", (_where, recipe, signature) => {
  const headers = Object.assign(Object.create(null), HEADERS);
  const body = Buffer.from("a=1&signature=gh");
  expect(readSignature({ recipe }, { headers, body })).toBe(signature);
});

test("readSignature() looks where an alternative scheme has its signature", () => {
  const recipe = { ...HMAC, signature: { header: "x-none" } };
  const source = { headers: HEADERS, body: new Uint8Array() };
  expect(readSignature({ recipe, alternatives: [HMAC] }, source)).toBe("v0=ab");
});
