import { PROVIDERS, type Provider, schemeSample, withSettings } from "@hookgate/providers";
import {
  incoming,
  type MadeSecret,
  makeSecret,
  type Recipe,
  readPlace,
  type SignedRequest,
  sign,
  type Verdict,
  type VerifySecret,
  verify,
} from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { mutateRequest } from "./mutate_request.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const URL_TEXT = "https://hooks.example.com/api/webhooks/shop?a=1";

interface Case {
  provider: Provider;
  recipe: Recipe;
}

/** Every scheme of every provider. */
const CASES: readonly Case[] = Object.values(PROVIDERS).flatMap((provider) => {
  const { recipe, alternatives = [] } = provider;
  const each = [recipe, ...alternatives].flatMap((one) =>
    one.kind === "any" ? one.recipes : [one],
  );
  const settings = Object.fromEntries(
    (provider.settings ?? []).map(({ name }) => [name, "example"]),
  );
  return each.map((one) => ({ provider, recipe: withSettings(one, settings) }));
});

function signed({ provider, recipe }: Case, { secret, privateKey }: MadeSecret): SignedRequest {
  const { body, contentType, headers } = schemeSample(provider, {
    scheme: recipe.scheme,
    type: provider.sampleTypes[0] ?? "",
    now: new Date(NOW),
  });
  const request = {
    method: "POST",
    url: URL_TEXT,
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
  const key = privateKey === null ? {} : { privateKey };
  return incoming(sign(recipe, request, { secret, now: NOW, ...key }), NOW);
}

test.each(CASES.map((one) => [one.provider.id, one.recipe.scheme, one] as const))(
  "mutateRequest() changes what has to be refused, five ways at least: %s, %s",
  async (id, scheme, one) => {
    const { recipe } = one;
    const made = makeSecret(recipe, { now: NOW });
    // What tells the account is in the sample already.
    const secret = recipe.kind === "certificate" && recipe.identity ? accountOf(one) : made.secret;
    const request = signed(one, { ...made, secret });
    const certificates = new Map<string, string>();
    if (recipe.kind === "certificate" && made.certificate !== null) {
      certificates.set(readPlace({ request }, recipe.certificate.url) ?? "", made.certificate);
    }
    const keySets = new Map<string, string>();
    if (recipe.kind === "jwt" && recipe.keySet !== undefined) {
      keySets.set(recipe.keySet.url, made.certificate ?? "");
    }
    const judge = async (changed: SignedRequest, secrets: readonly VerifySecret[]) =>
      (await verify(recipe, changed, { secrets, certificates, keySets })) as Verdict;
    const own = [{ id: "1", value: secret }];
    const verdict = await judge(request, own);
    if (!verdict.ok) throw new Error(`Cannot test ${id} ${scheme}: ${verdict.reason}`);

    const { signature, signedAt } = verdict;
    const mutations = mutateRequest(request, { recipe, signature, signedAt });
    expect(mutations.length).toBeGreaterThanOrEqual(5);
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
    for (const { name, request: changed, secrets = own } of mutations) {
      expect([name, (await judge(changed, secrets)).ok]).toEqual([name, false]);
    }
  },
);

function accountOf({ provider, recipe }: Case): string {
  if (recipe.kind !== "certificate" || recipe.identity === undefined) return "";
  const { body } = provider.sample(provider.sampleTypes[0] ?? "", new Date(NOW));
  const request = incoming(
    { method: "POST", url: URL_TEXT, headers: {}, body: Buffer.from(body) },
    NOW,
  );
  return readPlace({ request }, recipe.identity) ?? "";
}

const RECIPE: Recipe = {
  kind: "hmac",
  scheme: "example",
  signature: { header: "x-signature" },
  format: { kind: "pairs", delimiter: ",", key: "v1" },
  digest: "sha256",
  encoding: "hex",
  signed: ["timestamp", "body"],
  timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 60 },
};

function example(signature: string): SignedRequest {
  const headers = (name: string) => (name === "x-signature" ? [signature] : []);
  return { method: "POST", url: URL_TEXT, headers, body: Buffer.from("{}"), receivedAt: NOW };
}

test("mutateRequest() of a list of signatures changes the one that counts", () => {
  const request = example("t=1,v1=aaaa,v1=bbbb");
  const mutations = mutateRequest(request, { recipe: RECIPE, signature: "bbbb", signedAt: NOW });
  const texts = new Map(
    mutations.map(({ name, request: changed }) => [name, changed.headers("x-signature")[0]]),
  );
  expect(texts.get("one bit of the signature")).toBe("t=1,v1=aaaa,v1=bbcb");
  expect(texts.get("an empty signature")).toBe("t=1,v1=aaaa,v1=");
  expect(texts.get("no header with a signature")).toBeUndefined();
});

test("mutateRequest() goes a second past the tolerance on either side", () => {
  const options = { recipe: RECIPE, signature: "", signedAt: NOW - 5_000 };
  const times = mutateRequest(example("t=1,v1=aaaa"), options).flatMap(({ name, request }) =>
    request.receivedAt === NOW ? [] : [[name, request.receivedAt - (NOW - 5_000)]],
  );
  expect(times).toEqual([
    ["301 s old", 301_000],
    ["61 s ahead", -61_000],
  ]);
});

test("mutateRequest() leaves the request as it is", () => {
  const request = example("t=1,v1=aaaa");
  mutateRequest(request, { recipe: RECIPE, signature: "aaaa", signedAt: NOW });
  expect(request).toMatchObject({ url: URL_TEXT, body: Buffer.from("{}"), receivedAt: NOW });
  expect(request.headers("x-signature")).toEqual(["t=1,v1=aaaa"]);
});
