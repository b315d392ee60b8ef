import { coversBody, makeSecret, type OutgoingRequest, type Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Provider } from "../provider.ts";
import { authSchemeOf, changes, signsUrl, usedHeaders } from "./changes.ts";
import {
  jsonBytes,
  judge,
  NOW,
  type Oracle,
  type Scheme,
  sampleRequest,
  signed,
  text,
} from "./scheme.ts";

/** Checks that what is signed verifies, and that nothing else does. */
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
        kind === "certificate" || kind === "jwt"
          ? "other"
          : makeSecret(scheme.signWith, { now: NOW }).secret;
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

  const authScheme = authSchemeOf(scheme.signWith);
  if (authScheme !== null) {
    test("takes its authentication scheme in any case, with any spaces after it", async () => {
      const request = signed(provider, scheme);
      const [header = ""] = usedHeaders(scheme.signWith, request);
      const proof = request.headers[header]?.slice(authScheme.length);
      for (const written of [
        authScheme.toLowerCase(),
        authScheme.toUpperCase(),
        `${authScheme} `,
      ]) {
        const headers = { ...request.headers, [header]: written + proof };
        expect(await judge(scheme, { ...request, headers })).toMatchObject({ ok: true });
      }
      const headers = { ...request.headers, [header]: authScheme.trim() + proof };
      expect(await judge(scheme, { ...request, headers })).toMatchObject({ ok: false });
    });
  }

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
    // A scheme without headers signs in the URL: remove that signature.
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

function timed(recipe: Recipe): boolean {
  if (recipe.kind === "jwt") return recipe.issuedAt !== null;
  return "signed" in recipe && recipe.timestamp !== undefined;
}

/** Checks a scheme's tolerance to the second, both ways. */
export function checkTolerance(provider: Provider, scheme: Scheme): void {
  const rule = toleranceOf(scheme.signWith);
  if (rule === null) return;
  const step = rule.unit === "s" ? 1_000 : 1;
  const slack = rule.unit === "s" ? 999 : 0;
  const { pastSecondsMax: past, futureSecondsMax: future } = rule;

  test(`is stale ${past ?? "never"} s after it was signed, to the second`, async () => {
    const request = signed(provider, scheme);
    const last = NOW + (past ?? 1e9) * 1_000;
    expect(await judge(scheme, request, { receivedAt: last + slack })).toMatchObject({ ok: true });
    if (past === null) return;
    const refused = { ok: false, reason: "stale", skewSeconds: past + 1, secretId: "0" };
    expect(await judge(scheme, request, { receivedAt: last + step })).toMatchObject(refused);
  });

  test(`is from the future ${future ?? "never"} s before it was signed, to the second`, async () => {
    const request = signed(provider, scheme);
    const first = NOW - (future ?? 1e9) * 1_000;
    expect(await judge(scheme, request, { receivedAt: first })).toMatchObject({ ok: true });
    if (future === null) return;
    const refused = { ok: false, reason: "future", skewSeconds: future + 1, secretId: "0" };
    expect(await judge(scheme, request, { receivedAt: first - 1 })).toMatchObject(refused);
  });
}

function toleranceOf(recipe: Recipe) {
  if (recipe.kind === "jwt") return recipe.issuedAt && { unit: "s", ...recipe.issuedAt };
  return "signed" in recipe ? (recipe.timestamp ?? null) : null;
}

/** Checks a scheme against the official functions, both ways. */
export function checkOracle(provider: Provider, scheme: Scheme, oracle: Oracle): void {
  const { secret, privateKey } = scheme.keys;
  const options = { secret, privateKey: privateKey ?? "", now: NOW };
  const takes = async (request: OutgoingRequest) => {
    try {
      return Boolean(await oracle.verify?.(request, options));
    } catch {
      return false;
    }
  };

  const signs = oracle.sign?.bind(oracle);
  if (signs) {
    test("verifies what the official function signs", async () => {
      for (const type of provider.sampleTypes) {
        const request = await signs(
          sampleRequest(provider, { type, url: scheme.url, scheme: scheme.signWith.scheme }),
          options,
        );
        expect(await judge(scheme, request)).toMatchObject({ ok: true });
      }
    });
  }
  if (!oracle.verify) return;
  test("signs what the official function verifies", async () => {
    for (const type of provider.sampleTypes) {
      expect(await takes(signed(provider, scheme, type))).toBe(true);
    }
  });

  test("agrees with the official function that a changed bit is to be refused", async () => {
    const request = signed(provider, scheme);
    const { signWith, signedHeaders = [] } = scheme;
    for (const change of changes(signWith, request, {
      signedHeaders,
      url: provider.needsPublicUrl && signsUrl(signWith),
    })) {
      if (change.decodesAlike || oracle.lenient?.(change.request, change)) continue;
      if (await takes(change.request))
        throw new Error(`${change.place} was taken with a bit changed`);
    }
  });
}
