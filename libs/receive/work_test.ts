import type { ConfiguredSource } from "@hookgate/config";
import {
  type ItemsRecipe,
  type MacRecipe,
  makeSecret,
  type PublicKeyRecipe,
  type Recipe,
  type SignatureFormat,
  type SignaturePlace,
  sign,
} from "@hookgate/signature";
import {
  COST_MS_MAX,
  costMsMax,
  hostileBodies,
  largeHostileBodies,
  largestHostileForms,
  leastCpuMs,
  longestStretchMs,
} from "@hookgate/testing";
import { readForm } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { compileSource } from "./compile_source.ts";

const MAC: MacRecipe = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};
const JWT = { kind: "jwt", scheme: "own", token: { header: "x-token" }, issuedAt: null } as const;

/** Every form of proof, with whatever in it makes somebody look into a body that is not proven. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  "the body": MAC,
  "a hash": { ...MAC, kind: "hash", signed: ["secret", "body"] },
  "a signature in JSON": { ...MAC, signature: { json: "/a/sign" }, signed: [{ json: "/a" }] },
  "a signature in a form": { ...MAC, signature: { form: "sign" }, signed: [{ form: "f1" }] },
  "JSON in a form": { ...MAC, signature: { form: "a", json: "/sign" } },
  "a sorted form": { ...MAC, signed: ["url", "sorted_form"] },
  "a digest in the URL": {
    ...MAC,
    signed: ["url"],
    bodyDigest: { from: { query: "sha" }, digest: "sha512", encoding: "hex" },
  },
  "digests and a time": {
    ...MAC,
    signed: ["timestamp", { digest: "sha1", encoding: "hex" }, "crc32"],
    timestamp: { from: { json: "/time" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  "a public key": {
    kind: "public_key",
    scheme: "own",
    algorithm: "ed25519",
    key: "hex",
    signature: { header: "x-sign" },
    encoding: "hex",
    signed: ["body"],
  },
  "a token with a digest": {
    ...JWT,
    algorithm: "HS256",
    bodyDigest: { claim: "sha", digest: "sha256", encoding: "hex" },
  },
  "a token that is the body": { ...JWT, algorithm: "HS256", token: "body", bodyDigest: null },
  "a secret in JSON": { kind: "shared_secret", scheme: "own", from: { json: "/type" } },
  "a secret in each item": {
    kind: "shared_secret",
    scheme: "own",
    from: { json: "/a" },
    each: { items: "", itemsMax: 1_000 },
  },
  "a secret in a form": { kind: "shared_secret", scheme: "own", from: { form: "a" } },
  "user and password": { kind: "basic", scheme: "own" },
  "signed items": {
    kind: "items",
    scheme: "own",
    items: "/a",
    fields: ["/a"],
    signature: "/sign",
    separator: "|",
    digest: "sha256",
    encoding: "hex",
    key: "utf8",
    itemsMax: 1_000,
  },
  "one of several": {
    kind: "any",
    scheme: "own",
    recipes: [
      { ...MAC, scheme: "a", signature: { json: "/sign" } },
      { ...MAC, scheme: "b", signature: { form: "sign" }, signed: ["sorted_form"] },
    ],
  },
};

const HANDSHAKES = [
  { kind: "echo", methods: ["POST"], challenge: { json: "/a/challenge" } },
  { kind: "echo", methods: ["POST"], challenge: { form: "challenge" } },
] as const;

const SECRETS = ["1", "2"].map((id) => ({
  id,
  value: "ab".repeat(32),
  state: "active" as const,
  until: null,
}));

function sourceOf(recipe: Recipe, more: Partial<ConfiguredSource>) {
  const source = compileSource({
    name: "own",
    provider: "custom",
    secrets: SECRETS,
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    recipe,
    describe: {
      type: [{ json: "/a/type" }, { form: "a", json: "/type" }, { query: "type" }],
      id: [{ json: "/a/0/id" }, { form: "id" }],
    },
    methods: ["POST", "PUT"],
    ...more,
  });
  if (source === null) throw new TypeError("Cannot compile a recipe");
  return source;
}

test.each(Object.entries(RECIPES))(
  "a source whose recipe has %s works no longer on a hostile body than a small multiple of hashing it",
  async (_, recipe) => {
    const [plain, ...shaking] = [undefined, ...HANDSHAKES].map((handshake) =>
      sourceOf(recipe, handshake === undefined ? {} : { handshake }),
    );
    if (plain === undefined) throw new TypeError("Cannot test: there is no source");
    const bodies = hostileBodies('{"a":{"sign":"ab","type":"a"},"time":1,"list":[{"a":"b"}]}');
    const msMax = await costMsMax(bodies[0]?.body ?? new Uint8Array());
    const parts = {
      id: "evt_1",
      acceptance: {
        ok: true,
        scheme: recipe.kind === "any" ? "a" : "own",
        secretId: "1",
        signedAt: null,
        signature: "",
        intact: true,
      },
      allowed: "allowed",
      address: "",
      addressChain: "",
      rawHeaders: [],
    } as const;
    const dear: string[] = [];
    for (const { name, body, contentType } of bodies) {
      const request = () => {
        const sent = ["content-type", contentType, "x-sign", "ab".repeat(32), "x-token", "e.e.e"];
        const target = `/api/webhooks/own?sha=${"ab".repeat(64)}`;
        const from = { method: "POST", target, rawHeaders: sent, proxied: false, receivedAt: 0 };
        // A new copy each time: a document that was read before is remembered by its bytes.
        return plain.request({ ...from, body: Uint8Array.from(body) });
      };
      const works: [string, () => unknown][] = [
        ["verify", () => plain.verify(request())],
        ["event", () => plain.event(request(), parts)],
        ...shaking.map((one): [string, () => unknown] => [
          "handshake",
          () => one.handshake(request(), { verified: one.provider.handshake?.verified === true }),
        ]),
      ];
      for (const [what, work] of works) {
        const ms = await leastCpuMs(work, { msMax });
        if (ms > msMax) dear.push(`${what}, ${name}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
      }
    }
    expect(dear).toEqual([]);
  },
);

/** Those that look into a body of any size before it is proven: at its fields, or at all of its bytes. */
const LOOKING = [
  "the body",
  "a signature in a form",
  "JSON in a form",
  "a sorted form",
  "a digest in the URL",
  "a public key",
  "one of several",
];

test("a source refuses a large body without keeping others waiting", async () => {
  const sources = LOOKING.map((name) => {
    return { name, source: sourceOf(RECIPES[name] ?? MAC, { handshake: HANDSHAKES[1] }) };
  });
  const slow: string[] = [];
  for (const { name: what, body, contentType } of largeHostileBodies()) {
    const msMax = 2 * (await costMsMax(body.subarray(0, 512 * 1024)));
    for (const { name, source } of sources) {
      const rawHeaders = [
        "content-type",
        contentType,
        "x-sign",
        "ab".repeat(32),
        "x-token",
        "e.e.e",
      ];
      const target = `/api/webhooks/own?sha=${"ab".repeat(64)}`;
      const from = { method: "POST", target, rawHeaders, proxied: false, receivedAt: 0 };
      const work = async () => {
        // A view of its own each time: a form that was read before is remembered by its bytes.
        const request = source.request({ ...from, body: body.subarray() });
        for (const verified of [false, true]) source.handshake(request, { verified });
        return source.verify(request);
      };
      const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
      if (ms > msMax) slow.push(`${name}, ${what}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
    }
  }
  expect(slow).toEqual([]);
}, 240_000);

/** The most that a configuration takes of each. */
const TEN_SECRETS = Array.from({ length: 10 }, (_, at) => ({ ...SECRETS[0], id: `${at}` }));
const STRONG: MacRecipe = { ...MAC, digest: "sha512" };
const MANY: Readonly<Record<string, readonly [Recipe, string, string]>> = {
  "the body": [anyOf(STRONG), `"${"a".repeat(1024 * 1024 - 2)}"`, "application/json"],
  "a sorted form": [
    anyOf({ ...STRONG, signed: ["url", "sorted_form"] }),
    Array.from({ length: 1_900 }, (_, at) => `f${at}=${"%41".repeat(17)}`).join("&"),
    "application/x-www-form-urlencoded",
  ],
  "signed items": [
    { ...(RECIPES["signed items"] as ItemsRecipe), digest: "sha512" },
    JSON.stringify({ a: Array(1_000).fill({ a: "b", sign: "ab".repeat(64) }) }),
    "application/json",
  ],
};

function anyOf(recipe: MacRecipe | PublicKeyRecipe): Recipe {
  const recipes = ["a", "b", "c", "d", "e"].map((scheme) => ({ ...recipe, scheme }));
  return { kind: "any", scheme: "own", recipes };
}

test.each(Object.entries(MANY))(
  "a source with many secrets and schemes for %s keeps nobody waiting",
  async (_, [recipe, text, contentType]) => {
    const secrets = TEN_SECRETS.map((secret, at) => ({ ...secret, value: `secret number ${at}` }));
    const source = sourceOf(recipe, { secrets: secrets as ConfiguredSource["secrets"] });
    const rawHeaders = ["content-type", contentType, "x-sign", "ab".repeat(64)];
    const from = { method: "POST", target: "/", rawHeaders, proxied: false, receivedAt: 0 };
    const work = async () => {
      const verdict = await source.verify(source.request({ ...from, body: Buffer.from(text) }));
      expect(verdict).toEqual({ ok: false, reason: "no_match" });
    };
    const msMax = 2 * (await costMsMax(Buffer.from(text).subarray(0, 512 * 1024)));
    expect(await leastCpuMs(work, { msMax, measure: longestStretchMs })).toBeLessThan(msMax);
  },
);

test("a source judges the largest forms that are dear to sort without keeping others waiting", async () => {
  const recipe = RECIPES["a sorted form"] as MacRecipe;
  const source = sourceOf(recipe, {
    publicUrl: "https://hooks.example.com/",
    bodyBytesMax: 32 * 1024 ** 2,
  });
  const wrong: string[] = [];
  for (const { name, body, contentType } of largestHostileForms()) {
    const msMax = 2 * (await costMsMax(body.subarray(0, 512 * 1024)));
    const url = "https://hooks.example.com/";
    const unsigned = { method: "POST", url, headers: { "content-type": contentType }, body };
    const isForm = readForm(contentType, body) !== null;
    const options = { secret: "ab".repeat(32), now: 0 };
    const valid = isForm ? sign(recipe, unsigned, options).headers["x-sign"] : undefined;
    const forged = "ab".repeat(32);
    for (const signature of [valid ?? forged, forged]) {
      const rawHeaders = ["content-type", contentType, "x-sign", signature];
      const from = { method: "POST", target: "/", rawHeaders, proxied: false, receivedAt: 0 };
      const work = async () => {
        // As a store hands it out: no Buffer.
        const own = new Uint8Array(body.buffer, body.byteOffset, body.length);
        const verdict = await source.verify(source.request({ ...from, body: own }));
        if (verdict.ok !== (signature === valid)) wrong.push(`${name}: ${JSON.stringify(verdict)}`);
      };
      const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
      if (ms > msMax) wrong.push(`${name}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
    }
  }
  expect(wrong).toEqual([]);
}, 240_000);

const LISTS: Readonly<
  Record<string, { format: SignatureFormat; before: string; between: string }>
> = {
  plain: { format: { kind: "plain" }, before: "", between: "," },
  pairs: { format: { kind: "pairs", delimiter: ",", key: "v1" }, before: "v1=", between: "," },
  versions: { format: { kind: "versions", version: "v1" }, before: "v1,", between: " " },
  "a timed list": { format: { kind: "timed_list", delimiter: "," }, before: "", between: "," },
  named: {
    format: { kind: "named", delimiter: "&", separator: "|" },
    before: "a|",
    between: "&",
  },
};

/** Every way to send several signatures besides a list. */
const PLACES: Readonly<Record<string, SignaturePlace>> = {
  "one header": { header: "x-sign" },
  "a repeated header": { header: "x-sign", repeated: true },
  "several headers": Array.from({ length: 10 }, (_, at) => ({ header: `x-place-${at}` })),
  "numbered headers": { numbered: "x-sign-", max: 100 },
};

const KEY = RECIPES["a public key"] as PublicKeyRecipe;
const PROOFS: Readonly<Record<string, MacRecipe | PublicKeyRecipe>> = {
  HMAC: STRONG,
  Ed25519: KEY,
  ECDSA: { ...KEY, algorithm: "ecdsa_p256", key: "spki" },
};

/** Headers with so many different signatures in each list, in each header that a recipe may read. */
function manySignatures({ before, between }: { before: string; between: string }, inList: number) {
  let made = 0;
  const list = () =>
    Array.from({ length: inList }, () => {
      made += 1;
      return before + made.toString(16).padStart(128, "0");
    }).join(between);
  const names = [
    ...Array<string>(4).fill("x-sign"),
    ...Array.from({ length: 10 }, (_, at) => `x-place-${at}`),
    ...Array.from({ length: 100 }, (_, at) => `x-sign-${at + 1}`),
  ];
  return (lines: number) => names.slice(4 - lines).flatMap((name) => [name, list()]);
}

test.each(Object.entries(PROOFS))(
  "a source with many secrets and schemes of %s keeps nobody waiting, however many signatures a request has",
  async (_, proof) => {
    const keys = Array.from({ length: 10 }, () => makeSecret(proof, { now: 0 }).secret);
    const slow: string[] = [];
    for (const [how, { format, ...written }] of Object.entries(LISTS)) {
      const named = format.kind === "named" ? "a|" : "";
      const secrets = keys.map((key, at) => ({ ...SECRETS[0], id: `${at}`, value: named + key }));
      for (const [where, signature] of Object.entries(PLACES)) {
        const recipe = anyOf({ ...proof, signature, format });
        const source = sourceOf(recipe, { secrets: secrets as ConfiguredSource["secrets"] });
        for (const inList of [1, 4, 16, 30]) {
          const rawHeaders = manySignatures(written, inList)(where === "one header" ? 1 : 4);
          const from = { method: "POST", target: "/", rawHeaders, proxied: false, receivedAt: 0 };
          const work = () => source.verify(source.request({ ...from, body: Buffer.from("{}") }));
          const ms = await leastCpuMs(work, { msMax: COST_MS_MAX, measure: longestStretchMs });
          if (ms > COST_MS_MAX) slow.push(`${how} in ${where}, ${inList}: ${ms.toFixed(0)} ms`);
        }
      }
    }
    expect(slow).toEqual([]);
  },
  120_000,
);
