import {
  incoming,
  type MadeSecret,
  makeSecret,
  type OutgoingRequest,
  type Recipe,
  sign,
  signedBytes,
  type Verdict,
  verify,
} from "@hookgate/signature";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import { describeEvent } from "./describe_event.ts";
import type { Provider } from "./provider.ts";
import { type Change, changes, usedHeaders } from "./provider_test_changes.ts";

/** The time at which all checks sign and verify; the clock of `Date` stands still at it. */
export const NOW = Date.parse("2026-01-02T03:04:05.000Z");

/** What an official function is given beside the request. */
export interface OracleOptions {
  secret: string;
  /** In PEM; empty where the scheme has none. */
  privateKey: string;
  /** {@linkcode NOW}, which the clock says, too. */
  now: number;
}

/** The provider's official functions, as judges of what is valid and what is not. */
export interface Oracle {
  /** Signs as the official function does. */
  sign?(
    request: OutgoingRequest,
    options: OracleOptions,
  ): OutgoingRequest | Promise<OutgoingRequest>;
  /** Whether the official function takes the request; throwing says that it does not. */
  verify?(request: OutgoingRequest, options: OracleOptions): unknown;
  /** Changed requests that it may take though we do not; say why at the place. @default {() => false} */
  lenient?(request: OutgoingRequest, change: Change): boolean;
}

/** What the checks of one scheme are made with. */
export interface SchemeChecks {
  oracle?: Oracle;
  /** A pair of keys or a secret of the provider's form. @default {makeSecret(recipe)} */
  keys?: MadeSecret;
  /** Changes of what is signed, each of which has to be refused: where the signature covers not all of the body. */
  tampered?: readonly ((request: OutgoingRequest) => OutgoingRequest)[];
  /** Headers that a computed part signs. */
  signedHeaders?: readonly string[];
}

/** Options for {@linkcode checkProvider}. */
export interface CheckProviderOptions extends SchemeChecks {
  /** The same for the other schemes, by name. */
  schemes?: Readonly<Record<string, SchemeChecks>>;
  /** The public URL. @default {"https://hooks.example.com/api/webhooks/example"} */
  url?: string;
  /** Settings of the source, for the handshake. */
  settings?: Readonly<Record<string, string>>;
}

/** One way to sign: `verifyWith` is the recipe that has it, itself or as one of several equally strong ones. */
interface Scheme extends SchemeChecks {
  signWith: Recipe;
  verifyWith: Recipe;
  keys: MadeSecret;
  url: string;
}

const NOT_FAKED = [
  ...(["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate"] as const),
  ...(["clearImmediate", "setInterval", "clearInterval", "setTimeout", "clearTimeout"] as const),
];

/** The battery that every provider's test runs: its recipe, its descriptions, its samples, its handshake, its facts. */
export function checkProvider(provider: Provider, options: CheckProviderOptions = {}): void {
  const schemes = schemesOf(provider, options);
  describe(provider.id, () => {
    beforeAll(() => {
      jest.useFakeTimers({ now: NOW, doNotFake: NOT_FAKED });
    });
    afterAll(() => {
      jest.useRealTimers();
    });
    checkFacts(provider, schemes);
    checkDescriptions(provider, options);
    for (const scheme of schemes) {
      describe(scheme.signWith.scheme, () => {
        checkScheme(provider, scheme);
        checkTolerance(provider, scheme);
        if (scheme.oracle) checkOracle(provider, scheme, scheme.oracle);
        if (provider.handshake) checkHandshake(provider, scheme, options.settings ?? {});
      });
    }
  });
}

/** A request of the provider's with one of its samples in it, not signed yet. */
export function sampleRequest(
  provider: Provider,
  {
    type = provider.sampleTypes[0] ?? "",
    url = "https://hooks.example.com/api/webhooks/example",
  } = {},
): OutgoingRequest {
  const { body, contentType, headers } = provider.sample(type, new Date(NOW));
  return {
    method: "POST",
    url,
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
}

function schemesOf(provider: Provider, options: CheckProviderOptions): Scheme[] {
  const { url = sampleRequest(provider).url } = options;
  return [provider.recipe, ...(provider.alternatives ?? [])].flatMap((verifyWith, index) => {
    const recipes: readonly Recipe[] =
      verifyWith.kind === "any" ? verifyWith.recipes : [verifyWith];
    return recipes.map((signWith, at) => {
      const own = options.schemes?.[signWith.scheme] ?? (index + at === 0 ? options : {});
      const keys = own.keys ?? makeSecret(signWith, { now: NOW });
      return { ...own, keys, signWith, verifyWith, url };
    });
  });
}

function signed(
  provider: Provider,
  { signWith, keys, url }: Scheme,
  type?: string,
): OutgoingRequest {
  const request = sampleRequest(provider, type === undefined ? { url } : { url, type });
  return sign(signWith, request, signingOptions(keys));
}

function signingOptions({ secret, privateKey }: MadeSecret) {
  return { secret, now: NOW, ...(privateKey === null ? {} : { privateKey }) };
}

interface JudgeOptions {
  receivedAt?: number;
  secrets?: readonly string[];
  /** Gives every header so often. */
  times?: Readonly<Record<string, number>>;
}

/** The verdict, with the certificate at hand if one is asked for. */
async function judge(
  { verifyWith, keys }: Scheme,
  request: OutgoingRequest,
  { receivedAt = NOW, secrets = [keys.secret], times = {} }: JudgeOptions = {},
): Promise<Verdict> {
  const seen = incoming(request, receivedAt);
  const headers = (name: string) =>
    seen.headers(name).flatMap((value) => Array<string>(times[name] ?? 1).fill(value));
  const options = { secrets: secrets.map((value, index) => ({ id: `${index}`, value })) };
  const verdict = await verify(verifyWith, { ...seen, headers }, options);
  if (verdict.ok || verdict.reason !== "certificate_needed" || keys.certificate === null)
    return verdict;
  const certificates = new Map([[verdict.url, keys.certificate]]);
  return verify(verifyWith, { ...seen, headers }, { ...options, certificates });
}

function checkScheme(provider: Provider, scheme: Scheme): void {
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
    const all = changes(signWith, request, { signedHeaders, url: provider.needsPublicUrl });
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
    const request = signed(provider, scheme);
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

function checkTolerance(provider: Provider, scheme: Scheme): void {
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

function checkOracle(provider: Provider, scheme: Scheme, oracle: Oracle): void {
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
        const request = await signs(sampleRequest(provider, { type, url: scheme.url }), options);
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
      url: provider.needsPublicUrl,
    })) {
      if (change.decodesAlike || oracle.lenient?.(change.request, change)) continue;
      if (await takes(change.request))
        throw new Error(`${change.place} was taken with a bit changed`);
    }
  });
}

function checkHandshake(
  { handshake, ...provider }: Provider,
  scheme: Scheme,
  settings: Readonly<Record<string, string>>,
): void {
  if (!handshake) return;
  const { keys, signWith, url } = scheme;
  const secrets = [{ id: "0", value: keys.secret }];
  const answer = (request: OutgoingRequest) =>
    handshake.answer(incoming(request, NOW), { secrets, settings });

  test("answers its handshake, and takes no event for one", () => {
    expect(answer(handshake.sample("0123456789abcdef", { url }))).toMatchObject({
      status: expect.any(Number),
    });
    for (const type of provider.sampleTypes) {
      expect(answer(signed(provider, scheme, type))).toBeNull();
    }
  });

  test("never gives a handshake what could sign an event, nor the secret", async () => {
    const event = signed(provider, scheme);
    const verdict = await judge(scheme, event);
    const covered = "signed" in signWith ? signedBytes(signWith, incoming(event, NOW), keys) : null;
    const challenges = [Buffer.from(event.body), Buffer.from(covered ?? event.body)];
    for (const bytes of challenges) {
      for (const challenge of [bytes.toString(), bytes.toString("latin1"), ` ${bytes} `]) {
        const response = JSON.stringify(answer(handshake.sample(challenge, { url })) ?? "");
        expect(response).not.toContain(keys.secret);
        for (const text of spellings(signWith, verdict)) expect(response).not.toContain(text);
      }
    }
  });

  test("never throws over a handshake of random bytes", () => {
    const method = fc.constantFrom(...handshake.methods);
    fc.assert(
      fc.property(method, text, fc.uint8Array({ maxLength: 200 }), (verb, value, body) => {
        const request = handshake.sample(value, { url });
        expect(() => answer(request)).not.toThrow();
        expect(() => answer({ ...request, method: verb, body })).not.toThrow();
        expect(() => answer({ ...request, method: verb, url: `${url}?${value}` })).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  if (!handshake.verified) return;
  test("verifies its handshake as it verifies events", async () => {
    const request = sign(
      signWith,
      handshake.sample("0123456789abcdef", { url }),
      signingOptions(keys),
    );
    expect(await judge(scheme, request)).toMatchObject({ ok: true });
  });
}

/** A signature in every way that it may be written. */
function spellings(recipe: Recipe, verdict: Verdict): string[] {
  if (!verdict.ok || verdict.signature === "" || !("encoding" in recipe)) return [];
  const encoding = recipe.encoding === "hex_upper" ? "hex" : recipe.encoding;
  const bytes = Buffer.from(verdict.signature, encoding);
  const hex = bytes.toString("hex");
  return [hex, hex.toUpperCase(), bytes.toString("base64"), bytes.toString("base64url")];
}

function checkDescriptions(provider: Provider, { url }: { url?: string }): void {
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
          expect(type).toMatch(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
          expect(providerEventId).toMatch(/^[^\p{Cc}\p{Cs}]{0,500}$/u);
        }
      }),
      { numRuns: 300 },
    );
  });
}

function checkFacts(provider: Provider, schemes: readonly Scheme[]): void {
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
    const names = schemes.map(({ signWith }) => signWith.scheme);
    expect(new Set(names).size).toBe(names.length);
    for (const { signWith } of schemes) {
      if (signWith.kind !== "shared_secret" || !("header" in signWith.from)) continue;
      // A secret that is sent along is a credential: it is never shown.
      expect(credentialHeaders).toContain(signWith.from.header);
    }
  });
}

function coversBody(recipe: Recipe): boolean {
  if ("signed" in recipe) return recipe.coversBody ?? true;
  return recipe.kind === "jwt" && recipe.bodyDigest !== null;
}

function timed(recipe: Recipe): boolean {
  return recipe.kind === "jwt" || ("signed" in recipe && recipe.timestamp !== undefined);
}

function toleranceOf(recipe: Recipe) {
  if (recipe.kind === "jwt") return recipe.issuedAt && { unit: "s", ...recipe.issuedAt };
  return "signed" in recipe ? (recipe.timestamp ?? null) : null;
}

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("hex")),
  fc
    .uint8Array({ minLength: 32, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString("base64")),
);

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
