import { createPublicKey } from "node:crypto";
import { expect, test } from "@jest/globals";
import { makeSecret } from "./make_secret.ts";
import type { PublicKeyRecipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const RECIPE: PublicKeyRecipe = {
  kind: "public_key",
  scheme: "envelope",
  signature: { header: "x-signature" },
  format: { kind: "envelope", signature: "sig", name: "kid", fixed: { alg: "ecdsa" } },
  algorithm: "ecdsa_p256_sha1",
  encoding: "base64",
  key: "spki",
  signed: ["body"],
};
const REQUEST = { method: "POST", url: "https://a.example/", headers: {}, body: Buffer.from("{}") };
const { secret, privateKey } = makeSecret(RECIPE, { now: 0 });
const SIGNED = sign(RECIPE, REQUEST, { secret, privateKey: privateKey ?? "", now: 0 });
const ENVELOPE = open(SIGNED.headers["x-signature"] ?? "");

test("sign() puts the signature, its key's name and what is fixed into an envelope", async () => {
  expect(ENVELOPE).toEqual({ alg: "ecdsa", kid: "example", sig: expect.any(String) });
  expect(await judge(ENVELOPE)).toMatchObject({ ok: true, signature: ENVELOPE.sig });
});

test.each([
  ["another key's name", { ...ENVELOPE, kid: "other" }, "no_match"],
  ["a name with a separator", { ...ENVELOPE, kid: "example|" }, "malformed_header"],
  ["no name", { ...ENVELOPE, kid: "" }, "malformed_header"],
  ["a name that is no text", { ...ENVELOPE, kid: 1 }, "malformed_header"],
  ["another algorithm", { ...ENVELOPE, alg: "none" }, "unknown_version"],
  ["no algorithm", { kid: ENVELOPE.kid, sig: ENVELOPE.sig }, "unknown_version"],
  ["no signature", { alg: "ecdsa", kid: "example" }, "malformed_header"],
  ["an empty signature", { ...ENVELOPE, sig: "" }, "malformed_header"],
  ["nothing in it", {}, "malformed_header"],
  ["a list in it", [], "malformed_header"],
])("verify() refuses an envelope with %s", async (_, envelope, reason) => {
  expect(await judge(envelope)).toEqual({ ok: false, reason });
});

test.each(["", "{}", "e30", "e31=", "!"])(
  "verify() refuses %j, which is no envelope",
  async (header) => {
    expect(await judgeHeader(header)).toEqual({ ok: false, reason: "malformed_header" });
  },
);

test("verify() reads a key in base64, in PEM and in PEM on one line", async () => {
  const [, key = ""] = secret.split("|");
  const spki = { key: Buffer.from(key, "base64"), format: "der", type: "spki" } as const;
  const pem = String(createPublicKey(spki).export({ format: "pem", type: "spki" }));
  for (const text of [key, pem, pem.replaceAll("\n", ""), pem.replaceAll("\n", "\r\n")]) {
    expect(await judge(ENVELOPE, `example|${text}`)).toMatchObject({ ok: true });
  }
  for (const text of ["", `-----BEGIN PUBLIC KEY-----${key}`, `${key}A`]) {
    expect(await judge(ENVELOPE, `example|${text}`)).toEqual({ ok: false, reason: "no_match" });
  }
});

test("verify() takes no key without its name, and sign() none", async () => {
  const [, key = ""] = secret.split("|");
  expect(await judge(ENVELOPE, key)).toEqual({ ok: false, reason: "no_match" });
  const options = { secret: key, privateKey: privateKey ?? "", now: 0 };
  expect(() => sign(RECIPE, REQUEST, options)).toThrow("does not name its key");
});

function open(header: string) {
  return JSON.parse(Buffer.from(header, "base64").toString());
}

function judge(envelope: object, value = secret) {
  return judgeHeader(Buffer.from(JSON.stringify(envelope)).toString("base64"), value);
}

function judgeHeader(header: string, value = secret) {
  const request = incoming({ ...REQUEST, headers: { "x-signature": header } }, 0);
  return verify(RECIPE, request, { secrets: [{ id: "1", value }] });
}
