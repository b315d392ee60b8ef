import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  ask,
  BODY,
  refusedRequest,
  SECRET,
  secretOf,
  sourceOf,
} from "../suite/refused_requests.ts";

function mac(
  digest: string,
  encoding: "hex" | "base64" | "base64url",
  key: string | Buffer = SECRET,
) {
  return createHmac(digest, key).update(BODY).digest(encoding);
}

const HEX = mac("sha256", "hex");

test.each([
  ["upper case", HEX.toUpperCase(), "written as hexadecimal digits in upper case"],
  ["base64", mac("sha256", "base64"), "written as base64 instead of hexadecimal digits"],
  ["base64url", mac("sha256", "base64url"), "written as base64url"],
  ["SHA-1", mac("sha1", "hex"), "made with SHA-1 instead of SHA-256"],
  ["SHA-1 with its prefix", `sha1=${mac("sha1", "hex")}`, "made with SHA-1"],
  ["SHA-512", mac("sha512", "hex"), "made with SHA-512"],
  ["SHA-512 in base64", mac("sha512", "base64"), "made with SHA-512"],
])("diagnose() names what a sender's own code does otherwise: %s", (_, signature, expected) => {
  const request = refusedRequest({ sent: ["X-Webhook-Signature", signature] });
  expect(ask(request)).toEqual([
    expect.stringContaining(`The signature is right, but ${expected}`),
  ]);
});

test("diagnose() names a key that is decoded instead of its text, and the other way round", () => {
  const bytes = Buffer.from("ff00fe01fd02", "hex");
  const signature = mac("sha256", "hex", bytes);
  const source = sourceOf({ secrets: [secretOf(bytes.toString("hex"))] });
  const sentences = ask(refusedRequest({ sent: ["X-Webhook-Signature", signature] }), { source });
  expect(sentences).toEqual([
    "The signature is right, but its key is the secret taken as hexadecimal digits instead of its text.",
  ]);
});

test("diagnose() names a prefix that is missing", () => {
  const source = sourceOf({ provider: "github" });
  const request = refusedRequest({
    sent: ["X-Hub-Signature-256", HEX],
    reason: "malformed_header",
  });
  expect(ask(request, { source })).toEqual([
    'The signature is right, but "sha256=" is missing before it.',
  ]);
});
