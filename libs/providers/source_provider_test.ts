import { readdirSync } from "node:fs";
import { join } from "node:path";
import { incoming, type Recipe, sign, toleranceOf, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import { credentialHeadersOf } from "./headers/credential_headers.ts";
import { generic } from "./providers/generic.ts";
import { PROVIDERS } from "./providers.ts";
import { findProvider, type SourceScheme, signsTime, sourceProvider } from "./source_provider.ts";

test("findProvider() finds a provider by its id", () => {
  expect(findProvider("generic")).toBe(generic);
});

test.each([
  "",
  "Generic",
  "generic ",
  "stripe/eu",
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
])("findProvider() finds no %p", (id) => {
  expect(findProvider(id)).toBeNull();
});

test("PROVIDERS has every provider under its id, in alphabetical order", () => {
  const ids = Object.keys(PROVIDERS);
  expect(ids).toEqual([...ids].sort());
  for (const [id, provider] of Object.entries(PROVIDERS)) expect(provider.id).toBe(id);
});

test("every provider's file is in PROVIDERS, and has its test", () => {
  const files = new Set(readdirSync(join(import.meta.dirname, "providers")));
  for (const id of Object.keys(PROVIDERS)) {
    expect(files).toContain(`${id}.ts`);
    expect(files).toContain(`${id}_test.ts`);
  }
});

test("PROVIDERS cannot be changed", () => {
  expect(() => Object.assign(PROVIDERS, { other: generic })).toThrow(TypeError);
});

test("sourceProvider() has the scheme that a source names, and is null for what does not exist", () => {
  const source: SourceScheme = { provider: "cloudevents", scheme: null };
  expect(sourceProvider(source)?.recipe.scheme).toBe("cloudevents");
  expect(sourceProvider({ ...source, scheme: "cloudevents_url" })?.recipe).toMatchObject({
    from: { query: "access_token" },
  });
  expect(sourceProvider({ ...source, scheme: "stripe" })).toBeNull();
  expect(sourceProvider({ ...source, provider: "constructor" })).toBeNull();
});

const TOKEN: Recipe = {
  kind: "jwt",
  scheme: "token",
  token: "body",
  algorithm: "HS256",
  bodyDigest: null,
  issuedAt: null,
};
const SHARED: Recipe = { kind: "shared_secret", scheme: "shared", from: { header: "x-token" } };

test.each<Recipe>([TOKEN, { kind: "any", scheme: "either", recipes: [SHARED, TOKEN] }])(
  "sourceProvider() describes an own event by the claims of the token that its body is: %j",
  async (recipe) => {
    const describe = { type: { json: "/event/type" }, id: { json: "/jti" } };
    const provider = sourceProvider({ provider: "custom", scheme: null, recipe, describe });
    const claims = { event: { type: "order.paid" }, jti: "1" };
    const request = {
      method: "POST",
      url: "https://hooks.example.com/",
      headers: {},
      body: Buffer.from(JSON.stringify(claims)),
    };
    const signed = sign(TOKEN, request, { secret: "secret", now: 0 });
    if (provider === null) throw new TypeError("Cannot test: the source has no provider");
    for (const seen of [incoming(signed, 0), incoming(request, 0)]) {
      expect(describeEvent(provider, seen)).toMatchObject({
        type: "order.paid",
        providerEventId: "1",
        readable: true,
      });
    }
  },
);

const timed = Object.values(PROVIDERS)
  .filter(({ recipe }) => signsTime(recipe))
  .map((provider) => [provider.id, provider] as const);

test.each(timed)("sourceProvider() of %s has the tolerance that a source sets", (id, provider) => {
  const source: SourceScheme = { provider: id, scheme: null };
  const recipeWith = (tolerance: SourceScheme["tolerance"]) =>
    sourceProvider({ ...source, ...(tolerance && { tolerance }) })?.recipe ?? provider.recipe;
  expect(recipeWith(undefined)).toBe(provider.recipe);
  const { future } = toleranceOf(provider.recipe) ?? {};
  expect(toleranceOf(recipeWith({ past: 7_777 }))).toEqual({ past: 7_777, future });
  expect(toleranceOf(recipeWith({ past: 1, future: 2 }))).toEqual({ past: 1, future: 2 });
});

test.each(timed)("%s judges the time that it signs, both ways", (_, { recipe }) => {
  const { past, future } = toleranceOf(recipe) ?? {};
  expect(past).toBeGreaterThan(0);
  expect(future).toBeGreaterThan(0);
});

test("sourceProvider() hides the header that an own recipe's credential is in", () => {
  const source: SourceScheme = {
    provider: "custom",
    scheme: null,
    recipe: {
      kind: "any",
      scheme: "c",
      recipes: [
        { kind: "shared_secret", scheme: "a", from: { header: "x-my-token" } },
        {
          kind: "jwt",
          scheme: "b",
          token: { header: "x-jwt" },
          algorithm: "HS256",
          bodyDigest: null,
          issuedAt: null,
        },
      ],
    },
  };
  const provider = sourceProvider(source);
  expect(provider && credentialHeadersOf(provider)).toEqual(
    expect.arrayContaining(["authorization", "x-my-token", "x-jwt"]),
  );
});

test("sourceProvider() has all that a recipe says, and a sample that it signs and describes", async () => {
  const source: SourceScheme = {
    provider: "custom",
    scheme: "second",
    recipe: { kind: "basic", scheme: "first" },
    alternatives: [
      {
        kind: "hmac",
        scheme: "second",
        signature: { header: "x-sign" },
        digest: "sha256",
        encoding: "hex",
        signed: [{ header: "x-id" }, { header: "x-topic" }, "timestamp", "body"],
        timestamp: {
          from: { header: "x-time" },
          unit: "s",
          pastSecondsMax: 300,
          futureSecondsMax: 300,
        },
      },
    ],
    describe: {
      type: [{ json: "/event/name" }, { form: "name" }],
      id: { header: "x-id" },
      canonical: { paid: "payment.success" },
    },
    methods: ["PUT"],
    ownResponse: { status: 204, contentType: "text/plain", body: "", emptyRefusals: true },
  };
  const provider = sourceProvider(source);
  if (provider === null) throw new TypeError("Cannot test: there is no provider");
  expect(provider).toMatchObject({ methods: ["PUT"], ownResponse: { status: 204 } });
  const now = new Date("2026-01-02T03:04:05.000Z");
  const { body, contentType, headers = {} } = provider.sample("payment.success", now);
  const unsigned = {
    method: "PUT",
    url: "https://hooks.example.com/",
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
  const request = sign(provider.recipe, unsigned, { secret: "a", now: now.getTime() });
  const seen = incoming(request, now.getTime());
  const verdict = await verify(provider.recipe, seen, { secrets: [{ id: "1", value: "a" }] });
  expect(verdict).toMatchObject({ ok: true, scheme: "second" });
  expect(describeEvent(provider, seen)).toMatchObject({
    type: "payment.success",
    providerType: "paid",
    providerEventId: expect.stringMatching(/^(?:evt-|example)/),
  });
  expect(sourceProvider({ ...source, scheme: "third" })).toBeNull();
});
