import { PROVIDERS, withSettings } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import type { Recipe } from "../config.ts";
import { copyPlainData } from "../evaluate/plain_data.ts";
import { describeIssues } from "./issues.ts";
import { recipeSchema } from "./recipe_schema.ts";

function problemsOf(recipe: unknown): string[] {
  const parsed = recipeSchema.safeParse(recipe);
  return parsed.success ? [] : describeIssues(parsed.error.issues);
}

const recipes = Object.values(PROVIDERS)
  .flatMap(({ recipe, alternatives = [] }) => [recipe, ...alternatives])
  // A recipe of one's own names the values themselves.
  .map((recipe) => withSettings(recipe, { audience: "example" }))
  .map((recipe): [string, Recipe] => [recipe.scheme, recipe]);
const isData = ([, recipe]: [string, Recipe]) => copyPlainData(recipe).problems.length === 0;

test("recipeSchema has data to be tried on", () => {
  expect(recipes.filter(isData).length).toBeGreaterThan(20);
});

test.each(recipes.filter(isData))("recipeSchema takes the recipe of %s as it is", (_, recipe) => {
  expect(problemsOf(recipe)).toEqual([]);
  expect(recipeSchema.parse(recipe)).toEqual(recipe);
});

const OWN = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "hex",
  signed: ["timestamp", { literal: "." }, "body"],
  timestamp: {
    from: { header: "x-time" },
    unit: "s",
    pastSecondsMax: 300,
    futureSecondsMax: null,
  },
};

test.each<[string, object, string]>([
  ["no kind", { kind: undefined }, "kind must be one of "],
  ["a kind of every object", { kind: "constructor" }, "kind must be one of "],
  ["an odd scheme", { scheme: "My Scheme" }, "scheme must have 1 to 64 of a-z, 0-9 and _"],
  [
    "an upper-case header",
    { signature: { header: "X-Sign" } },
    "signature.header must be a header name in lower case",
  ],
  [
    "two places in one",
    { signature: { header: "a", query: "b" } },
    "signature needs exactly one of header, json, form, query, or form and json",
  ],
  [
    "no place",
    { signature: {} },
    "signature needs exactly one of header, json, form, query, or form and json",
  ],
  [
    "a bad one of several places",
    { signature: [{ header: "a" }, { json: "data" }] },
    "signature[1].json must be a JSON pointer, such as /data/id",
  ],
  [
    "too many numbered headers",
    { signature: { numbered: "x-", max: 101 } },
    "signature.max must be a whole number from 1 to 100, not 101",
  ],
  ["a misspelt key", { digset: "sha1" }, "digset is unknown: did you mean digest?"],
  [
    "a function's place",
    { signed: ["body", { compute: undefined }, "timestamp"] },
    "signed[1].compute is unknown",
  ],
  ["an unknown part", { signed: ["timestamp", "bdoy"] }, 'signed[1] must be one of "body"'],
  ["an unknown format", { format: { kind: "xml" } }, 'format.kind must be one of "plain"'],
  ["nothing signed", { signed: [] }, "signed is empty"],
  [
    "a tolerance of days",
    { timestamp: { ...OWN.timestamp, pastSecondsMax: 1e6 } },
    "timestamp.pastSecondsMax must be a whole number of seconds from 0 to 604800",
  ],
  [
    "a body that nobody signs",
    { signed: ["timestamp"] },
    "coversBody must be false: the body is not signed",
  ],
  [
    "a time that nobody signs",
    { signed: ["body"] },
    'signed must list "timestamp": a time that is not signed proves nothing',
  ],
  [
    "a signed time that is nowhere",
    { timestamp: undefined },
    "timestamp is missing: it is signed, so say where it is",
  ],
  [
    "a pair without pairs",
    { timestamp: { ...OWN.timestamp, from: { pair: "t" } } },
    'timestamp.from names a pair, which needs a format of kind "pairs" or "timed_list"',
  ],
  [
    "a hash of no secret",
    { kind: "hash" },
    'signed must list "secret" or "secret_form": a hash of public data proves nothing',
  ],
])("recipeSchema refuses %s", (_, changes, problem) => {
  expect(problemsOf({ ...OWN, ...changes })).toContainEqual(expect.stringContaining(problem));
});

test("recipeSchema takes what it refuses changes of", () => {
  expect(problemsOf(OWN)).toEqual([]);
  expect(problemsOf({ ...OWN, coversBody: undefined })).toEqual([]);
  for (const secret of ["secret", "secret_form"]) {
    expect(problemsOf({ ...OWN, kind: "hash", signed: [...OWN.signed, secret] })).toEqual([]);
  }
});

test("recipeSchema takes few numbered headers of signatures that take long to verify", () => {
  const key = { kind: "public_key", algorithm: "ed25519", key: "hex" };
  const numbered = (max: number) => ({
    signature: { numbered: "x-sign-", max },
    format: undefined,
  });
  const timed = { signed: ["body"], timestamp: undefined };
  const { digest: _, ...own } = OWN;
  const many = { ...own, ...key, ...timed, ...numbered(17) };
  expect(problemsOf(many)).toEqual([
    expect.stringMatching(/^signature.max must be 16 at most for signatures by private keys/),
  ]);
  expect(problemsOf({ ...many, ...numbered(16) })).toEqual([]);
  expect(problemsOf({ ...OWN, ...timed, ...numbered(100) })).toEqual([]);
});

test("recipeSchema refuses a certificate that proves no account", () => {
  const certificate = { url: { header: "x-url" }, hosts: ["api.example.com"], path: "/certs/" };
  const recipe = { ...OWN, kind: "certificate", certificate };
  expect(problemsOf(recipe)).toEqual([expect.stringMatching(/^identity is missing/)]);
  expect(problemsOf({ ...recipe, identity: { header: "x-account" } })).toEqual([]);
});

test.each([
  ["*.*", false],
  ["*.com", false],
  ["a*.com", false],
  ["example.*", false],
  ["*.example.com", true],
  ["sns.*.amazonaws.com", true],
  ["10.0.0.1", false],
  ["api.1", false],
  ["api.example.xn--p1ai", true],
])("recipeSchema pins a certificate to a host that not anybody can have: %s", (host, isFit) => {
  const certificate = { url: { header: "x-url" }, hosts: [host], path: "/certs/" };
  const recipe = { ...OWN, kind: "certificate", certificate, identity: { header: "x-account" } };
  const problem = expect.stringMatching(/^certificate\.hosts\[0\] must be a host/);
  expect(problemsOf(recipe)).toEqual(isFit ? [] : [problem]);
});

test("recipeSchema names what is wrong in one of several schemes, and takes no several in several", () => {
  const any = { kind: "any", scheme: "own" };
  expect(problemsOf({ ...any, recipes: [] })).toEqual(["recipes is empty"]);
  expect(problemsOf({ ...any, recipes: [OWN, { ...OWN, digest: "md5" }] })).toEqual([
    'recipes[1].digest must be one of "sha1", "sha256", "sha512"',
  ]);
  expect(problemsOf({ ...any, recipes: [OWN, { ...OWN, signed: ["body"] }] })).toEqual([
    expect.stringMatching(/^recipes\[1\]\.signed must list "timestamp"/),
  ]);
  expect(problemsOf({ ...any, recipes: [{ ...any, recipes: [OWN] }] })).toEqual([
    expect.stringMatching(/^recipes\[0\]\.kind must be one of/),
  ]);
});

test.each([[null], ["hmac"], [[]], [7]])("recipeSchema refuses %j", (value) => {
  expect(problemsOf(value)).toEqual([expect.stringMatching(/must be an object, not /)]);
});

const TOKEN = {
  kind: "jwt",
  scheme: "pushed",
  token: { header: "authorization" },
  prefix: "Bearer ",
  algorithm: "RS256",
  bodyDigest: null,
  issuedAt: null,
};
const KEY_SET = { url: "https://id.example.com/jwks.json", identity: "/email" };

test("recipeSchema takes a token with published keys, and a body that is one", () => {
  const claims = { aud: ["https://hooks.example.com"], "https://example.com/role": ["push"] };
  const published = { ...TOKEN, expiry: { pastSecondsMax: 60 }, claims, keySet: KEY_SET };
  expect(recipeSchema.parse(published)).toEqual(published);
  expect(recipeSchema.parse({ ...published, token: "body" })).toMatchObject({ token: "body" });
});

test.each([
  "https://id.example.com/jwks.json",
  "https://id.example.com:443/jwks.json?version=2",
  "https://ID.example.com/",
])("recipeSchema takes a key set at %s", (url) => {
  expect(problemsOf({ ...TOKEN, keySet: { ...KEY_SET, url } })).toEqual([]);
});

test.each([
  "http://id.example.com/",
  "https://id.example.com:8443/",
  "https://a:b@id.example.com/",
  "https://a@id.example.com/",
  "https://203.0.113.7/",
  "https://10.0.0.7/",
  "https://127.1/",
  "https://0x7f000001/",
  "https://[::1]/",
  "https://[2606:4700::1111]/",
  "https://localhost/",
  "https://keycloak/",
  "https://",
  "id.example.com/jwks.json",
])("recipeSchema refuses a key set that would never be fetched: %s", (url) => {
  expect(problemsOf({ ...TOKEN, keySet: { ...KEY_SET, url } })).toEqual([
    expect.stringMatching(
      /^keySet\.url must be the https URL of a key set, with a host's public name/,
    ),
  ]);
});

test.each<[string, object, string]>([
  ["a key set over http", { keySet: { ...KEY_SET, url: "http://id.example.com/" } }, "keySet.url"],
  ["a key set with a password", { keySet: { ...KEY_SET, url: "https://a:b@c.de/" } }, "keySet.url"],
  ["a published key that is shared", { keySet: KEY_SET, algorithm: "HS256" }, "algorithm"],
  ["a key set without an account", { keySet: { url: KEY_SET.url } }, "keySet.identity"],
  ["a claim without values", { claims: { aud: [] } }, "claims.aud"],
  [
    "a token that has a digest of itself",
    { token: "body", bodyDigest: { claim: "sha", digest: "sha256", encoding: "hex" } },
    "bodyDigest",
  ],
])("recipeSchema refuses %s", (_, changes, path) => {
  const parsed = recipeSchema.safeParse({ ...TOKEN, ...changes });
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});
