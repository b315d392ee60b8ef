import { makeSecret, type Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Provider } from "../provider.ts";
import { jsonBytes, text } from "./arbitraries.ts";
import { changes, signsUrl, usedHeaders } from "./changes.ts";
import { judge, NOW, type Scheme, signed } from "./scheme.ts";

/** Holds a scheme against itself: what is signed verifies, and nothing else does. */
export function checkScheme(provider: Provider, scheme: Scheme): void {
  const covers = coversBody(scheme.signWith);
  const signedAs = timed(scheme.signWith) ? NOW : null;

  test("verifies what it signs, and names the secret", async () => {
    for (const type of provider.sampleTypes) {
      const { kind, scheme: name } = scheme.signWith;
      const accepted = { ok: true, scheme: name, signedAt: signedAs, intact: covers };
      const request = signed(provider, scheme, type);
      expect(await judge(scheme, request)).toMatchObject({ ...accepted, secretId: "0" });
      const other =
        kind === "certificate" ? "other" : makeSecret(scheme.signWith, { now: NOW }).secret;
      const secrets = ["", other, scheme.keys.secret];
      expect(await judge(scheme, request, { secrets })).toMatchObject({
        ...accepted,
        secretId: "2",
      });
    }
  });

  test("refuses every change of one bit", async () => {
    const request = signed(provider, scheme);
    const { signWith, signedHeaders = [] } = scheme;
    const url = provider.needsPublicUrl && signsUrl(signWith);
    const all = changes(signWith, request, { signedHeaders, url });
    expect(all.length).toBeGreaterThan(0);
    for (const change of all) {
      const verdict = await judge(scheme, change.request);
      if (verdict.ok) throw new Error(`${change.place} verified with a bit changed`);
    }
  });

  test("refuses every change of what is signed that the provider's test makes", async () => {
    for (const tamper of scheme.tampered ?? []) {
      const request = signed(provider, scheme);
      const tampered = tamper(request);
      expect(tampered).not.toEqual(request);
      expect((await judge(scheme, tampered)).ok).toBe(false);
    }
  });

  test("does not call intact what it does not cover", async () => {
    const request = signed(provider, scheme);
    const body = Buffer.concat([request.body, Buffer.from(" ")]);
    const verdict = await judge(scheme, { ...request, body });
    expect(verdict.ok && verdict.intact).toBe(false);
  });

  test("refuses an empty secret, and no secret", async () => {
    const request = signed(provider, scheme);
    expect((await judge(scheme, request, { secrets: [""] })).ok).toBe(false);
    expect((await judge(scheme, request, { secrets: [] })).ok).toBe(false);
  });

  test("refuses a header that is missing, empty, sent twice or absurdly long", async () => {
    const request = signed(provider, scheme);
    for (const name of usedHeaders(scheme.signWith, request, scheme.signedHeaders)) {
      const without = Object.entries(request.headers).filter(([other]) => other !== name);
      const variants = ["", "0".repeat(100_000), `${request.headers[name]}${" ".repeat(100_000)}`];
      const requests = variants.map((value) => ({
        ...request,
        headers: { ...request.headers, [name]: value },
      }));
      for (const one of [{ ...request, headers: Object.fromEntries(without) }, ...requests]) {
        expect((await judge(scheme, one)).ok).toBe(false);
      }
      expect(await judge(scheme, request, { times: { [name]: 2 } })).toMatchObject({ ok: false });
    }
  });

  test("never throws over random bytes, and never verifies them", async () => {
    // What stands in no header must not stand in the URL either: that would be a signature.
    const request = { ...signed(provider, scheme), url: scheme.url };
    const names = usedHeaders(scheme.signWith, request, scheme.signedHeaders);
    const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.jsonValue().map(jsonBytes));
    const values = fc.array(text, { minLength: names.length, maxLength: names.length });
    await fc.assert(
      fc.asyncProperty(values, body, fc.boolean(), async (random, bytes, keepsBody) => {
        const headers = { ...request.headers };
        for (const [index, name] of names.entries()) headers[name] = random[index] ?? "";
        const one = {
          ...request,
          headers,
          body: keepsBody && names.length > 0 ? request.body : bytes,
        };
        expect((await judge(scheme, one)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
}

function coversBody(recipe: Recipe): boolean {
  if ("signed" in recipe) return recipe.coversBody ?? true;
  return recipe.kind === "jwt" && recipe.bodyDigest !== null;
}

function timed(recipe: Recipe): boolean {
  return recipe.kind === "jwt" || ("signed" in recipe && recipe.timestamp !== undefined);
}
