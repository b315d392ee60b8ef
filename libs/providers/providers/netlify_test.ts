import { createHash, createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { netlify } from "./netlify.ts";

checkProvider(netlify);

const BODY = sampleRequest(netlify).body;
const DIGEST = createHash("sha256").update(BODY).digest("hex");

test.each([
  [
    "the documented claims",
    { iss: "netlify", sha256: DIGEST },
    "HS256",
    { ok: true, intact: true },
  ],
  ["another digest", { iss: "netlify", sha256: "0" }, "HS256", { ok: false, reason: "no_match" }],
  ["no digest", { iss: "netlify" }, "HS256", { ok: false }],
  ["no algorithm", { iss: "netlify", sha256: DIGEST }, "none", { ok: false }],
])("netlify judges a token with %s", async (_, claims, alg, expected) => {
  const parts = [{ alg, typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const mac = createHmac("sha256", "secret").update(parts.join(".")).digest("base64url");
  const headers = { "x-webhook-signature": [...parts, mac].join(".") };
  const seen = incoming({ ...sampleRequest(netlify), headers }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(netlify.recipe, seen, { secrets })).toMatchObject(expected);
});

test("netlify names an event of Identity as its body does", async () => {
  const body = Buffer.from('{"event":"signup","instance_id":"1","user":{"id":"2"}}');
  const claims = {
    iat: NOW / 1_000,
    iss: "gotrue",
    sub: "1",
    sha256: createHash("sha256").update(body).digest("hex"),
  };
  const parts = [{ alg: "HS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const mac = createHmac("sha256", "secret").update(parts.join(".")).digest("base64url");
  const headers = { "x-webhook-signature": [...parts, mac].join(".") };
  const seen = incoming({ ...sampleRequest(netlify), headers, body }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(netlify.recipe, seen, { secrets })).toMatchObject({ ok: true, intact: true });
  expect(describeEvent(netlify, seen)).toMatchObject({ type: "signup", readable: true });
});
