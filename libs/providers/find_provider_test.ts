import { readdirSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { findProvider } from "./find_provider.ts";
import { generic } from "./providers/generic.ts";
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

test("PROVIDERS has every provider under its id, in alphabetical order", () => {
  const ids = Object.keys(PROVIDERS);
  expect(ids).toEqual([...ids].sort());
  for (const [id, provider] of Object.entries(PROVIDERS)) expect(provider.id).toBe(id);
});

test("every provider's file is in PROVIDERS, and has its test", () => {
  const files = new Set(readdirSync(import.meta.dirname));
  for (const id of Object.keys(PROVIDERS)) {
    expect(files).toContain(`${id}.ts`);
    expect(files).toContain(`${id}_test.ts`);
  }
});

test("PROVIDERS cannot be changed", () => {
  expect(() => Object.assign(PROVIDERS, { other: generic })).toThrow(TypeError);
});
