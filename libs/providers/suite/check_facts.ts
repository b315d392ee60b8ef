import { expect, test } from "@jest/globals";
import { COMMON_CREDENTIAL_HEADERS } from "../headers/common_credential_headers.ts";
import type { Provider } from "../provider.ts";
import type { Scheme } from "./scheme.ts";

/** Holds a provider's facts to their forms, and to each other. */
export function checkFacts(provider: Provider, schemes: readonly Scheme[]): void {
  test("states its facts", () => {
    const { id, credentialHeaders, evidence, sampleTypes, canonical } = provider;
    expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(provider.name).not.toBe("");
    expect(id === "generic" || URL.canParse(provider.documentation)).toBe(true);
    expect(credentialHeaders).toEqual(expect.arrayContaining([...COMMON_CREDENTIAL_HEADERS]));
    expect(credentialHeaders.every((name) => name === name.toLowerCase())).toBe(true);
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence.includes("sdk")).toBe(schemes.some(({ oracle }) => oracle !== undefined));
    expect(sampleTypes.length).toBeGreaterThan(0);
    expect(sampleTypes).toEqual(expect.arrayContaining(Object.keys(canonical)));
    expect(provider.secretHint.pattern?.global ?? false).toBe(false);
    const settings = provider.settings ?? [];
    if (provider.secretsSetting !== undefined) {
      // Without it there would be nothing to hold a request against.
      const setting = settings.find(({ name }) => name === provider.secretsSetting);
      expect(setting).toMatchObject({ required: true, secret: false });
    }
    const names = schemes.map(({ signWith }) => signWith.scheme);
    expect(new Set(names).size).toBe(names.length);
    for (const { signWith } of schemes) {
      if (signWith.kind !== "shared_secret" || !("header" in signWith.from)) continue;
      // A secret that is sent along is a credential: it is never shown.
      expect(credentialHeaders).toContain(signWith.from.header);
    }
  });
}
