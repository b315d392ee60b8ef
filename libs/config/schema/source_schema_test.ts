import { sourceProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import type { ConfiguredSource } from "../config.ts";
import { checkConfig } from "./check_config.ts";

const NOW = Date.parse("2026-10-15T12:00:00Z");
const URL = "https://hooks.example.com/api/webhooks/shop";

function check(source: object) {
  return checkConfig({ sources: { shop: source } }, { dir: "/", now: NOW });
}

function accept(source: object): ConfiguredSource {
  const checked = check(source);
  const found = checked.config?.sources[0];
  if (found === undefined) throw new Error(JSON.stringify(checked));
  return found;
}

function problemsOf(source: object): string[] {
  const checked = check(source);
  return checked.config === null ? checked.problems : [];
}

const RECIPE = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "base64",
  signed: ["body"],
};
const TIMED_RECIPE = {
  ...RECIPE,
  signed: ["timestamp", "body"],
  timestamp: { from: { header: "x-time" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
};

test("a source has its provider, scheme, public URL and settings", () => {
  expect(
    accept({
      provider: "cloudevents",
      secrets: ["a"],
      scheme: "cloudevents_url",
      publicUrl: URL,
      settings: { allowed_origin: "eventgrid.azure.net" },
    }),
  ).toEqual({
    name: "shop",
    provider: "cloudevents",
    secrets: [{ id: "1", value: "a", state: "active", until: null }],
    scheme: "cloudevents_url",
    publicUrl: URL,
    settings: { allowed_origin: "eventgrid.azure.net" },
    allowedIps: { mode: "off", ranges: [] },
    bodyBytesMax: 2 * 1024 * 1024,
  });
});

test.each([
  [30, { past: 30, future: 30 }],
  [{ past: 25_260 }, { past: 25_260 }],
  [{ future: 5 }, { future: 5 }],
  [{}, {}],
])("tolerance %j is %j", (tolerance, expected) => {
  expect(accept({ provider: "linear", secrets: ["a"], tolerance }).tolerance).toEqual(expected);
});

test.each<[string, object, string]>([
  ["github", {}, "is only for schemes that sign a time, which github does not: leave it out"],
  [
    "gitlab",
    { scheme: "gitlab_token" },
    "is only for schemes that sign a time, which gitlab_token does not: leave it out",
  ],
])("tolerance of %s with %j is refused", (provider, more, problem) => {
  const problems = problemsOf({ provider, secrets: ["a"], tolerance: 30, ...more });
  expect(problems).toEqual([`sources.shop.tolerance ${problem}`]);
});

test.each([
  [RECIPE, "your recipe signs no time, so leave it out, or add a timestamp that the sender signs"],
  [TIMED_RECIPE, "set pastSecondsMax and futureSecondsMax in the recipe"],
])("tolerance of an own recipe is refused: %j", (recipe, cure) => {
  expect(problemsOf({ recipe, secrets: ["a"], tolerance: 30 })).toEqual([
    `sources.shop.tolerance is for providers: ${cure}`,
  ]);
});

test.each([0, -1, 1.5, "30", null, { past: 0 }, { past: 7_776_001 }, { late: 3 }])(
  "tolerance %j is refused",
  (tolerance) => {
    expect(problemsOf({ provider: "linear", secrets: ["a"], tolerance })).toHaveLength(1);
  },
);

test.each([
  [86_400, false],
  [{ past: 86_401 }, true],
])("tolerance %j: a warning is %p", (tolerance, warned) => {
  const checked = check({ provider: "linear", secrets: ["a"], tolerance });
  const warnings = checked.config === null ? [] : checked.warnings;
  expect(warnings.some((one) => one.includes("tolerance is wider than a day"))).toBe(warned);
});

test("a setting may be a list of texts", () => {
  const settings = { verify_token: ["one", "two"] };
  expect(accept({ provider: "meta", secrets: ["a"], settings }).settings).toEqual({
    verify_token: "one,two",
  });
});

test("a source may have no secret if a handshake delivers it", () => {
  expect(accept({ provider: "asana" }).secrets).toEqual([]);
  expect(accept({ provider: "asana", secrets: [] }).secrets).toEqual([]);
  const revoked = [{ value: "a", state: "revoked" }];
  expect(accept({ provider: "asana", secrets: revoked }).secrets).toHaveLength(1);
  expect(problemsOf({ provider: "generic", secrets: [] })).toHaveLength(1);
});

const TOPICS = [
  "arn:aws:sns:eu-west-1:123456789012:orders",
  "arn:aws:sns:us-east-1:210987654321:b",
];

test.each<[string, unknown]>([
  ["a list", TOPICS],
  ["a text", TOPICS.join(", ")],
])("the topics of Amazon SNS stand for its secrets: %s", (_, topicArns) => {
  expect(accept({ provider: "aws_sns", settings: { topicArns } }).secrets).toEqual([
    { id: "1", value: TOPICS[0], state: "active", until: null },
    { id: "2", value: TOPICS[1], state: "active", until: null },
  ]);
});

test.each<[string, object, string[]]>([
  [
    "without a topic",
    {},
    [
      'sources.shop.settings.topicArns is missing: the ARN of each of its topics, such as ["arn:aws:sns:eu-west-1:123456789012:orders"]: ' +
        "the signature proves only that AWS sent it, for whichever account",
    ],
  ],
  [
    "with none in its list",
    { settings: { topicArns: [] } },
    ["sources.shop.settings.topicArns is empty"],
  ],
  [
    "with one that is not set",
    { settings: { topicArns: [undefined] } },
    ["sources.shop.settings.topicArns[0] is empty: set the environment variable it reads"],
  ],
  [
    "with its topics among the secrets",
    { secrets: TOPICS, settings: { topicArns: TOPICS } },
    [
      "sources.shop.secrets must be left out: Amazon SNS has no shared secret, set settings.topicArns instead",
    ],
  ],
  [
    "with no secret left",
    { secrets: [], settings: { topicArns: TOPICS } },
    [
      "sources.shop.secrets must be left out: Amazon SNS has no shared secret, set settings.topicArns instead",
    ],
  ],
])("a source of Amazon SNS is refused %s", (_, source, problems) => {
  expect(problemsOf({ provider: "aws_sns", ...source })).toEqual(problems);
});

test("a topic that does not look like one is warned of", () => {
  const { warnings } = check({ provider: "aws_sns", settings: { topicArns: "orders" } }) as {
    warnings: string[];
  };
  expect(warnings).toEqual([
    "sources.shop: secret 1 does not look like one of the provider's: the topic's ARN, arn:aws:sns:region:account:name",
  ]);
});

test("a source may have a recipe of its own", () => {
  const describe = { type: [{ header: "x-type" }, { json: "/kind" }], id: { json: "/id" } };
  const source = accept({ recipe: RECIPE, describe, secrets: ["a"] });
  expect(source).toMatchObject({ provider: "custom", recipe: RECIPE, describe, scheme: null });
  expect(sourceProvider(source)).toMatchObject({ id: "custom", recipe: RECIPE, describe });
  expect(sourceProvider(accept({ recipe: RECIPE, secrets: ["a"] }))?.describe).toEqual({
    type: { json: "/type" },
    id: null,
  });
});

test.each<[string, object, string]>([
  [
    "both",
    { provider: "generic", recipe: RECIPE },
    "sources.shop has a provider and a recipe: keep one",
  ],
  ["neither", {}, "sources.shop.provider is missing: name a provider, or write your own recipe"],
  [
    "a recipe with a scheme",
    { recipe: RECIPE, scheme: "own" },
    "sources.shop.scheme chooses among several schemes: leave it out, or add alternatives",
  ],
  [
    "a recipe with settings",
    { recipe: RECIPE, settings: { a: "b" } },
    "sources.shop.settings are for providers: leave them out",
  ],
  [
    "a provider with places",
    { provider: "generic", describe: { type: { json: "/kind" } } },
    "sources.shop.describe is only for your own recipe: Hookgate knows where providers put the type",
  ],
  [
    "a recipe with a mistake",
    { recipe: { ...RECIPE, digest: "md5" } },
    'sources.shop.recipe.digest must be one of "sha1", "sha256", "sha512"',
  ],
  [
    "a scheme that is another's",
    { provider: "cloudevents", scheme: "stripe" },
    "sources.shop.scheme is not a scheme of CloudEvents: it has cloudevents, cloudevents_url",
  ],
  [
    "a required setting that is missing",
    { provider: "meta" },
    "sources.shop.settings.verify_token is missing: the verify token that was entered",
  ],
  [
    "a required setting that is empty",
    { provider: "meta", settings: { verify_token: " " } },
    "sources.shop.settings.verify_token is empty: set the environment variable it reads",
  ],
  [
    "a required setting whose variable is unset",
    { provider: "meta", settings: { verify_token: undefined } },
    "sources.shop.settings.verify_token is empty: set the environment variable it reads",
  ],
  [
    "a list with a comma",
    { provider: "meta", settings: { verify_token: ["a,b"] } },
    "sources.shop.settings.verify_token[0] must not contain a comma",
  ],
  [
    "a misspelt setting",
    { provider: "cloudevents", settings: { alowed_origin: "a" } },
    "sources.shop.settings.alowed_origin is unknown: did you mean allowed_origin?",
  ],
  [
    "a setting of a provider that has none",
    { provider: "generic", settings: { token: "a" } },
    "sources.shop.settings.token is unknown: Generic has no settings",
  ],
  [
    "a URL that is signed and missing",
    { provider: "square" },
    "sources.shop.publicUrl is missing: Square signs the URL, so set the one that it calls, such as https://",
  ],
  [
    "a recipe that signs the URL",
    { recipe: { ...RECIPE, signed: ["url", "body"] } },
    "sources.shop.publicUrl is missing: the recipe signs the URL, so set the one that the sender calls, such as https://",
  ],
])("a source is refused: %s", (_, source, problem) => {
  expect(problemsOf({ secrets: ["a"], ...source })).toEqual([expect.stringContaining(problem)]);
});

test.each([
  "hooks.example.com/api",
  "ftp://hooks.example.com/",
  "https://hooks.example.com/?a=1",
  "https://hooks.example.com/#a",
  "https://hooks.example.com/a b",
  "https://",
  `https://hooks.example.com/${"x".repeat(2_000)}`,
])("a public URL is refused: %s", (publicUrl) => {
  expect(problemsOf({ provider: "generic", secrets: ["a"], publicUrl })).toEqual([
    expect.stringMatching(/^sources\.shop\.publicUrl must be the URL that the provider calls/),
  ]);
});

test.each([
  // Twilio signs the user and the password with the rest.
  "https://user:word@hooks.example.com/",
  "https://hooks.example.com",
  "http://localhost:8080/x%2Fy/",
  "https://[2001:db8::1]/a",
])("a public URL is kept as it is written: %s", (publicUrl) => {
  expect(accept({ provider: "generic", secrets: ["a"], publicUrl }).publicUrl).toBe(publicUrl);
});

test("a source's problems are all reported at once, without any secret", () => {
  const problems = problemsOf({
    provider: "meta",
    scheme: "old",
    publicUrl: "hunter2",
    settings: { verify: "hunter2" },
    secrets: [{ value: "hunter2", state: "revoked" }],
  });
  expect(problems).toHaveLength(5);
  expect(problems.join()).not.toContain("hunter2");
});

test("a secret that looks like none of its provider's is warned of, and not shown", () => {
  const checked = check({
    provider: "stripe",
    secrets: [{ id: "live", value: "hunter2-hunter9" }, "whsec_0123456789abcdef0123456789"],
  });
  expect(checked.config === null ? [] : checked.warnings).toEqual([
    "sources.shop: secret live does not look like one of the provider's: starts with whsec_, one per endpoint and mode",
  ]);
});

test("a public key is a secret like any other, even on many lines", () => {
  const value = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n";
  const { digest: _, ...signing } = RECIPE;
  const recipe = { ...signing, kind: "public_key", algorithm: "ed25519", key: "spki" };
  expect(accept({ recipe, secrets: [{ value }] }).secrets).toEqual([
    { id: "1", value, state: "active", until: null },
  ]);
});

const PUBLIC_DER = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
const PUBLIC_PEM = `-----BEGIN PUBLIC KEY-----\n${PUBLIC_DER}\n-----END PUBLIC KEY-----\n`;
const { digest: _digest, ...BARE } = RECIPE;
const PUBLIC = { ...BARE, kind: "public_key", scheme: "keys", algorithm: "ed25519", key: "spki" };
const TOKEN = { kind: "jwt", scheme: "own", token: "body", bodyDigest: null, issuedAt: null };

// With it as the key of a MAC anybody could sign.
test.each([
  ["a provider's token", { provider: "netlify" }, PUBLIC_PEM],
  ["a provider's token, the bytes alone", { provider: "monday" }, PUBLIC_DER],
  ["a token of one's own", { recipe: { ...TOKEN, algorithm: "HS256" } }, PUBLIC_PEM],
  ["shared keys beside public ones", { provider: "standard_webhooks" }, PUBLIC_DER],
  ["the same under another name", { provider: "resend" }, PUBLIC_DER],
  [
    "either of two",
    { recipe: { kind: "any", scheme: "either", recipes: [RECIPE, PUBLIC] } },
    PUBLIC_PEM,
  ],
  ["the other scheme", { recipe: PUBLIC, alternatives: [RECIPE], scheme: "own" }, PUBLIC_PEM],
  ["a hash", { recipe: { ...RECIPE, kind: "hash", signed: ["secret", "body"] } }, PUBLIC_PEM],
  [
    "a word",
    { recipe: { kind: "shared_secret", scheme: "own", from: { header: "x" } } },
    PUBLIC_PEM,
  ],
])("a public key is no shared secret: %s", (_, source, secret) => {
  expect(problemsOf({ ...source, secrets: [secret] })).toEqual([
    "sources.shop.secrets[0] is a public key, which everybody may have, but a shared secret is needed: set it to that",
  ]);
});

test.each([
  [{ provider: "standard_webhooks" }, `whpk_${PUBLIC_DER}`],
  [{ recipe: RECIPE, alternatives: [PUBLIC], scheme: "keys" }, PUBLIC_PEM],
  [{ recipe: { ...TOKEN, algorithm: "RS256" } }, PUBLIC_PEM],
])("a public key is taken where no MAC has it as a key: %j", (source, secret) => {
  expect(accept({ ...source, secrets: [secret] }).secrets).toHaveLength(1);
});

test.each([
  [{ provider: "netlify" }, "changeme", "is a well-known example"],
  [{ provider: "standard_webhooks" }, "whsec_dGVzdA==", "is a well-known example"],
  [{ provider: "resend" }, "whsec_MTIzNDU2Nzg=", "has a key of fewer than 12 bytes"],
  [{ recipe: PUBLIC, alternatives: [RECIPE], scheme: "own" }, "s3cret", "has fewer than 12"],
])("a weak secret is warned of, whatever else its recipe reads: %j", (source, secret, why) => {
  const checked = check({ ...source, secrets: [secret] });
  expect(checked.config === null ? [] : checked.warnings.join()).toContain(why);
});

test("a source may say what tells its events apart", () => {
  const shop = { provider: "shopify", secrets: ["a"] };
  expect(accept(shop)).not.toHaveProperty("dedupe");
  for (const dedupe of ["id", "id_and_body", "body", "none"]) {
    expect(accept({ ...shop, dedupe }).dedupe).toBe(dedupe);
  }
  const describe = { type: { json: "/type" }, id: { json: "/id" } };
  expect(accept({ recipe: RECIPE, describe, secrets: ["a"], dedupe: "id" }).dedupe).toBe("id");
});

test.each([
  [{ provider: "dropbox", dedupe: "id" }, "needs an id, and Dropbox sends none: use body or none"],
  [{ provider: "generic", dedupe: "id_and_body" }, "needs an id, and Generic sends none"],
  [{ recipe: RECIPE, dedupe: "id" }, "needs an id: set describe.id to where it is"],
])("a source is not told apart by an id that never comes: %j", (source, problem) => {
  const problems = problemsOf({ ...source, secrets: ["a"] });
  expect(problems).toEqual([expect.stringContaining(`sources.shop.dedupe ${problem}`)]);
});
