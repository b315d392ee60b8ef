import { expect, test } from "@jest/globals";
import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import { findProvider } from "./find_provider.ts";
import { generic } from "./generic.ts";
import { PROVIDERS } from "./providers.ts";

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

test.each(Object.entries(PROVIDERS))(
  "PROVIDERS.%s keeps what every provider promises",
  (id, provider) => {
    expect(provider.id).toBe(id);
    expect(provider.documentation).not.toBe("");
    expect(provider.recipe.header).toBe(provider.recipe.header.toLowerCase());
    expect(provider.credentialHeaders).toEqual(
      expect.arrayContaining([...COMMON_CREDENTIAL_HEADERS]),
    );
    expect(provider.credentialHeaders.every((name) => name === name.toLowerCase())).toBe(true);
  },
);

test("PROVIDERS cannot be changed", () => {
  expect(() => Object.assign(PROVIDERS, { other: generic })).toThrow(TypeError);
});
