import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { credentialHeadersOf } from "./headers/credential_headers.ts";
import { generic } from "./providers/generic.ts";
import { PROVIDERS } from "./providers.ts";
import { findProvider, type SourceScheme, sourceProvider } from "./source_provider.ts";

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
