import { PROVIDERS } from "@hookgate/providers";
import { type CompiledSource, compileSource } from "@hookgate/receive";
import { incoming, type MadeSecret, makeSecret, type Recipe } from "@hookgate/signature";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import type { Source } from "@hookgate/types";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signSample } from "./sign_sample.ts";
import { ensureTrialKeys } from "./trial_keys.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const ENDPOINT = new URL("http://127.0.0.1:8080/api/webhooks/shop");
const PUBLIC_URL = "https://hooks.example.com/in/shop";

let folder: TemporaryDirectory;
beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

function sourceOf(
  provider: string,
  secrets: readonly string[],
  more: Partial<Source> = {},
): Source {
  return {
    name: "shop",
    provider,
    secrets: secrets.map((value, at) => ({ id: `${at}`, value, state: "active", until: null })),
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    ...more,
  };
}

function compiled(source: Source): CompiledSource {
  const found = compileSource(source);
  if (found === null) throw new TypeError(`Cannot test: there is no ${source.provider}`);
  return found;
}

interface Case {
  id: string;
  recipe: Recipe;
  scheme: string | null;
}

/** Every scheme of every provider. */
const CASES: readonly Case[] = Object.values(PROVIDERS).flatMap(
  ({ id, recipe, alternatives = [] }) =>
    [recipe, ...alternatives].map((one, at) => ({
      id,
      recipe: one,
      scheme: at === 0 ? null : one.scheme,
    })),
);

/** What the edge sees of a request: the public URL with the query that was sent. */
function seen(request: ReturnType<typeof signSample>, publicUrl: string | null) {
  const query = new URL(request.url).search;
  const url = publicUrl === null ? request.url : publicUrl + query;
  return incoming({ ...request, url }, NOW);
}

test.each(CASES.map((one) => [one.id, one.recipe.scheme, one] as const))(
  "signSample() signs so that the edge verifies it: %s, %s",
  async (_, name, { id, scheme }) => {
    for (const publicUrl of [null, PUBLIC_URL]) {
      const { provider } = compiled(sourceOf(id, [], { scheme }));
      const { recipe, settings = [] } = provider;
      const keys = ensureTrialKeys(folder.path, { name: `${id}.${name}`, recipe, now: NOW });
      const { certificate } = keys;
      const source = compiled({
        ...sourceOf(id, [keys.secret], { scheme }),
        publicUrl,
        settings: Object.fromEntries(settings.map((one) => [one.name, "example"])),
        ...(certificate !== null && { trialCertificate: certificate }),
      });
      const options = {
        source,
        endpoint: ENDPOINT,
        dataDir: folder.path,
        now: NOW,
      };
      const sample = provider.sample(provider.sampleTypes[0] ?? "", new Date(NOW));
      const request = signSample(sample, options);
      expect(request.url.startsWith(ENDPOINT.href)).toBe(true);
      const arrived = seen(request, publicUrl);
      const verdict = await source.verify(arrived);
      expect(verdict).toMatchObject({ ok: true, secretId: "0" });
    }
  },
);

test("signSample() sends WorkOS's JSON as WorkOS does: as its package writes it again", () => {
  const source = compiled(sourceOf("workos", ["secret"]));
  const options = { source, endpoint: ENDPOINT, dataDir: folder.path, now: NOW };
  const sample = source.provider.sample("user.created", new Date(NOW));
  const body = '{ "event": "user.created",\n  "data": {"amount": 1.0, "name": "Zo\\u00eb"} }';
  const { body: sent } = signSample({ ...sample, body }, options);
  expect(Buffer.from(sent).toString()).toBe(JSON.stringify(JSON.parse(body)));
});

test("signSample() signs with whichever of several equally strong schemes there is a key for", async () => {
  const { standard_webhooks: standard } = PROVIDERS;
  if (standard?.recipe.kind !== "any") throw new TypeError("Cannot test: it has changed");
  const slow = standard.recipe.recipes.find(({ kind }) => kind === "public_key") as Recipe;
  const keys = ensureTrialKeys(folder.path, { name: "v1a", recipe: slow, now: NOW });
  const source = sourceOf("standard_webhooks", [keys.secret]);
  const options = {
    source: compiled(source),
    endpoint: ENDPOINT,
    dataDir: folder.path,
    now: NOW,
  };
  const request = signSample(standard.sample("user.created", new Date(NOW)), options);
  expect(request.headers["webhook-signature"]).toMatch(/^v1a,/);
});

test.each([
  [
    "discord",
    () => "0".repeat(64),
    /only Discord has the private key .* npx hookgate keys discord/,
  ],
  ["paypal", () => "WEBHOOKID", /only PayPal has the private key .* npx hookgate keys paypal/],
])("signSample() says why it cannot: %s", (id, secret, expected) => {
  const provider = PROVIDERS[id];
  if (provider === undefined) throw new TypeError(`Cannot test: there is no ${id}`);
  const options = { endpoint: ENDPOINT, dataDir: folder.path, now: NOW };
  const sample = provider.sample("a", new Date(NOW));
  const source = compiled(sourceOf(id, [secret()]));
  expect(() => signSample(sample, { ...options, source })).toThrow(expected);
  const none = compiled(sourceOf(id, []));
  expect(() => signSample(sample, { ...options, source: none })).toThrow(/has no secret in use/);
});

test("signSample() says why a secret is none to sign with", () => {
  const { standard_webhooks: provider } = PROVIDERS;
  if (provider === undefined) throw new TypeError("Cannot test: it has gone");
  const source = sourceOf("standard_webhooks", ["whsec_%%%"]);
  const options = { source: compiled(source), endpoint: ENDPOINT, dataDir: folder.path, now: NOW };
  const made: MadeSecret = makeSecret(provider.recipe, { now: NOW });
  expect(made.privateKey).toBeNull();
  expect(() => signSample(provider.sample("a", new Date(NOW)), options)).toThrow(/^Cannot sign/);
});
