import { createHmac } from "node:crypto";
import { incoming, type MacRecipe, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import type { HandshakeRule } from "./recipe_handshake.ts";
import { type SourceScheme, sourceProvider } from "./source_provider.ts";

const URL_TEXT = "https://hooks.example.com/api/webhooks/own";
const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const SECRETS = [{ id: "1", value: "the secret" }];
const RECIPE: MacRecipe = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};

function providerOf(handshake: HandshakeRule, recipe: MacRecipe = RECIPE) {
  const source: SourceScheme = { provider: "custom", scheme: null, recipe, handshake };
  const provider = sourceProvider(source);
  if (!provider?.handshake) throw new TypeError("Cannot test: there is no handshake");
  return { ...provider, handshake: provider.handshake };
}

function answerTo(handshake: HandshakeRule, request?: Partial<OutgoingRequest>) {
  const own = providerOf(handshake).handshake;
  const sample = { ...own.sample("abc123", { url: URL_TEXT }), ...request };
  return own.answer(incoming(sample, NOW), { secrets: SECRETS, settings: {} });
}

const MAC = createHmac("sha256", "the secret").update("abc123").digest();
const HEX = MAC.toString("hex");
const BASE64 = MAC.toString("base64");
const POST = { methods: ["POST"], when: { at: { json: "/event/type" }, equals: "check" } } as const;
const SIGN = { kind: "sign", methods: ["GET"], digest: "sha256" } as const;

/** As known providers do it: each could be a recipe. */
test.each<[string, HandshakeRule, number, string]>([
  ["Dropbox", { kind: "echo", methods: ["GET"], challenge: { query: "challenge" } }, 200, "abc123"],
  [
    "Okta",
    { kind: "echo", methods: ["GET"], challenge: { header: "x-check" }, member: "verification" },
    200,
    '{"verification":"abc123"}',
  ],
  ["Slack", { kind: "echo", ...POST, challenge: { json: "/challenge" } }, 200, "abc123"],
  [
    "a form",
    {
      kind: "echo",
      methods: ["POST"],
      when: { at: { form: "t" }, equals: "x" },
      challenge: { form: "c" },
    },
    200,
    "abc123",
  ],
  [
    "X",
    {
      ...SIGN,
      challenge: { query: "crc_token" },
      encoding: "base64",
      prefix: "sha256=",
      member: "response_token",
    },
    200,
    `{"response_token":"sha256=${BASE64}"}`,
  ],
  [
    "Zoom",
    {
      ...SIGN,
      ...POST,
      challenge: { json: "/payload/plainToken" },
      encoding: "hex",
      member: "encryptedToken",
      echo: "plainToken",
    },
    200,
    `{"plainToken":"abc123","encryptedToken":"${HEX}"}`,
  ],
  ["text", { ...SIGN, challenge: { query: "c" }, encoding: "hex" }, 200, HEX],
  ["Trello", { kind: "acknowledge", methods: ["HEAD"], status: 200 }, 200, ""],
  ["a ping", { kind: "acknowledge", ...POST, status: 204 }, 204, ""],
])("a handshake as data answers as %s wants", (_name, rule, status, body) => {
  expect(answerTo(rule)).toMatchObject({ status, body });
  expect(answerTo(rule, { method: "PUT" })).toBeNull();
});

test("a handshake as data takes no event for one", () => {
  const rule: HandshakeRule = { kind: "echo", ...POST, challenge: { json: "/challenge" } };
  for (const body of [
    '{"challenge":"abc"}',
    '{"event":{"type":"paid"},"challenge":"a"}',
    "",
    "{",
  ]) {
    expect(answerTo(rule, { body: Buffer.from(body) })).toBeNull();
  }
});

test("a handshake as data refuses what is no challenge, without a word that was sent", () => {
  const rule: HandshakeRule = { ...SIGN, challenge: { query: "c" }, encoding: "hex" };
  for (const challenge of ["", "{}", "a b", "<b>", "a".repeat(501), "a&c=b"]) {
    const url = `${URL_TEXT}?c=${challenge.includes("&") ? challenge : encodeURIComponent(challenge)}`;
    expect(answerTo(rule, { url })).toMatchObject({ status: 400, body: "" });
  }
});

test("no answer to a handshake is an event's signature", async () => {
  const rule: HandshakeRule = { ...SIGN, challenge: { query: "c" }, encoding: "hex" };
  const bodies = ["abc123", "a".repeat(499), ""];
  for (const recipe of [RECIPE, { ...RECIPE, signed: [{ header: "x-id" }, "body"] } as MacRecipe]) {
    const provider = providerOf(rule, recipe);
    for (const body of bodies) {
      const request = {
        method: "POST",
        url: URL_TEXT,
        headers: { "x-id": "7" },
        body: Buffer.from(body),
      };
      const signed = sign(recipe, request, { secret: "the secret", now: NOW });
      const seen = incoming(signed, NOW);
      expect((await verify(recipe, seen, { secrets: SECRETS })).ok).toBe(true);
      expect((await verify(provider.recipe, seen, { secrets: SECRETS })).ok).toBe(false);
    }
    const event = {
      method: "POST",
      url: URL_TEXT,
      headers: { "x-id": "7" },
      body: Buffer.from("{}"),
    };
    const signed = incoming(sign(recipe, event, { secret: "the secret", now: NOW }), NOW);
    expect((await verify(provider.recipe, signed, { secrets: SECRETS })).ok).toBe(true);
  }
});
