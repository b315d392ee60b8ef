import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { JwtRecipe } from "./recipe.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const SECRET = "the secret of the sender";
const NOW = 1_700_000_000_000;

const recipe: JwtRecipe = {
  kind: "jwt",
  scheme: "token",
  token: { header: "x-token" },
  algorithm: "HS256",
  bodyDigest: null,
  issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
};

async function judge(claims: string) {
  const encode = (text: string) => Buffer.from(text).toString("base64url");
  const signed = `${encode('{"alg":"HS256"}')}.${encode(claims)}`;
  const token = `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
  const sent = { method: "POST", url: "/", headers: { "x-token": token }, body: Buffer.from("{}") };
  return await verify(recipe, incoming(sent, NOW), { secrets: [{ id: "1", value: SECRET }] });
}

test.each(["1700000000", "1700000000.0", "1700000000.5", "1700000000.50", "1.7e9"])(
  "verify() takes a token whose iat is written as %s",
  async (iat) => {
    expect(await judge(`{"iat":${iat}}`)).toMatchObject({ ok: true });
  },
);

test.each(['"1700000000"', "1e400", "true", "null", "[1700000000]", "-1700000000.0"])(
  "verify() refuses a token whose iat is %s",
  async (iat) => {
    expect(await judge(`{"iat":${iat}}`)).toMatchObject({ ok: false });
  },
);

test("verify() refuses a token that is too old, however its iat is written", async () => {
  expect(await judge('{"iat":1699999699.0}')).toMatchObject({ ok: false, reason: "stale" });
});
