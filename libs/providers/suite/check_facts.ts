import { incoming, looksIntoBody, type Recipe } from "@hookgate/signature";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeEvent } from "../describe_event.ts";
import { COMMON_CREDENTIAL_HEADERS, credentialHeadersOf } from "../headers/credential_headers.ts";
import type { Provider } from "../provider.ts";
import { jsonBytes, NOW, type Scheme, sampleRequest, text } from "./scheme.ts";

const PRINTABLE_TYPE = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const PRINTABLE_ID = /^[^\p{Cc}\p{Cs}]{0,500}$/u;

/** Checks the form and consistency of a provider's facts. */
export function checkFacts(provider: Provider, schemes: readonly Scheme[]): void {
  test("states its facts", () => {
    const { id, evidence, sampleTypes, canonical } = provider;
    const credentialHeaders = credentialHeadersOf(provider);
    expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(provider.name).not.toBe("");
    expect(id === "generic" || URL.canParse(provider.documentation)).toBe(true);
    expect(credentialHeaders).toEqual(expect.arrayContaining([...COMMON_CREDENTIAL_HEADERS]));
    for (const name of provider.credentialHeaders ?? []) {
      expect(COMMON_CREDENTIAL_HEADERS).not.toContain(name);
    }
    expect(credentialHeaders.every((name) => name === name.toLowerCase())).toBe(true);
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence.includes("sdk")).toBe(schemes.some(({ oracle }) => oracle !== undefined));
    expect(sampleTypes.length).toBeGreaterThan(0);
    expect(sampleTypes).toEqual(expect.arrayContaining(Object.keys(canonical)));
    expect(provider.secretHint.pattern?.global ?? false).toBe(false);
    const settings = provider.settings ?? [];
    if (provider.secretsSetting !== undefined) {
      // Without it there would be nothing to verify a request with.
      const setting = settings.find(({ name }) => name === provider.secretsSetting);
      expect(setting).toMatchObject({ required: true, secret: false });
    }
    const names = schemes.map(({ signWith }) => signWith.scheme);
    expect(new Set(names).size).toBe(names.length);
    for (const recipe of [provider.recipe, ...(provider.alternatives ?? [])]) checkLooks(recipe);
    for (const { signWith } of schemes) {
      if (signWith.kind !== "shared_secret" || !("header" in signWith.from)) continue;
      // A secret that is sent is a credential, which must never be shown.
      expect(credentialHeaders).toContain(signWith.from.header);
    }
  });
}

/** Checks that nothing in a recipe can look into bodies unnoticed: many that come at once are looked into in turns of the loop. */
function checkLooks(recipe: Recipe): void {
  const opaque = functionsIn(recipe).filter((name) => name !== "urls" && name !== "covers");
  expect(opaque.filter((name) => name !== "compute")).toEqual([]);
  if (opaque.length > 0) expect(looksIntoBody(recipe)).toBe(true);
}

/** The names of the functions in a recipe. */
function functionsIn(part: unknown): string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === "function" ? [name] : functionsIn(value),
  );
}

/** Checks the descriptions of samples, and the form of descriptions of any bytes. */
export function checkDescriptions(provider: Provider, { url }: { url?: string }): void {
  const describeSample = (type: string) => {
    const request = sampleRequest(provider, url === undefined ? { type } : { type, url });
    return describeEvent(provider, incoming(request, NOW));
  };

  test.each([...provider.sampleTypes])("describes its sample %s", (type) => {
    const expected = { type: provider.canonical[type] ?? type, providerType: type, readable: true };
    expect(describeSample(type)).toMatchObject(expected);
    expect(describeSample(type)).toEqual(describeSample(type));
  });

  const mapped = new Set(Object.values(provider.canonical));
  test("has a sample of every type of the specification that it maps to", () => {
    for (const type of mapped) {
      expect(WEBHOOK_EVENT_TYPES).toContain(type);
      expect(describeSample(type).type).toBe(type);
    }
  });

  test("describes any bytes, and says a printable type", () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.jsonValue().map(jsonBytes));
    fc.assert(
      fc.property(body, text, (bytes, value) => {
        const seen = { ...incoming(sampleRequest(provider), NOW), body: bytes };
        for (const headers of [seen.headers, () => [], () => [value], () => [value, value]]) {
          const { type, providerEventId } = describeEvent(provider, { ...seen, headers });
          if (PRINTABLE_TYPE.test(type) && PRINTABLE_ID.test(providerEventId)) continue;
          throw new Error(`not printable: ${JSON.stringify({ type, providerEventId })}`);
        }
      }),
      { numRuns: 300 },
    );
  });
}
