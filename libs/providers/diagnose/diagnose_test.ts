import { makeSecret, type OutgoingRequest, sign } from "@hookgate/signature";
import { anyText } from "@hookgate/testing/any_text";
import {
  isUnread,
  QUARANTINE_REASONS,
  type QuarantinedRequest,
  type QuarantineReason,
  type Secret,
  type Source,
} from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatHeaderBlock } from "../headers/header_block.ts";
import { PROVIDERS } from "../providers.ts";
import { withSettings } from "../source_provider.ts";
import {
  ask,
  BODY,
  RECEIVED_AT,
  received,
  refusedRequest,
  SECRET,
  SHOP_URL,
  secretOf,
  signedBy,
  sourceOf,
} from "../suite/refused_requests.ts";
import { diagnose } from "./diagnose.ts";

const HOUR_MS = 3_600_000;

test("diagnose() names a secret of the source that is out of use", () => {
  const until = RECEIVED_AT - 3 * HOUR_MS;
  const secrets = [
    secretOf("new", { id: "new" }),
    secretOf("old", { id: "old", state: "revoked" }),
    secretOf("older", { id: "older", state: "retiring", until }),
  ];
  const source = sourceOf({ secrets });
  expect(ask(received(signedBy("generic", "old")), { source })).toEqual([
    'It was signed with secret "old" of this source, which is revoked: the sender still uses it.',
  ]);
  expect(ask(received(signedBy("generic", "older")), { source })).toEqual([
    'It was signed with secret "older" of this source, which retired on 2026-01-02T00:04:05.000Z, ' +
      "10800 s (about 3 h) before: the sender still uses it.",
  ]);
});

test("diagnose() names every source whose secret it is, those of the same provider first", () => {
  const secrets = [secretOf("theirs", { id: "t" })];
  const others = [
    sourceOf({ name: "git", provider: "github", secrets }),
    sourceOf({ name: "shop/test", secrets: [...secrets, secretOf("more")] }),
    sourceOf({ name: "third", secrets: [secretOf("third")] }),
  ];
  expect(ask(received(signedBy("generic", "theirs")), { others })).toEqual([
    'It was signed with secret "t" of source "shop/test", another one of Generic: two endpoints, ' +
      "or test and live mode, are mixed up.",
    'It was signed with secret "t" of source "git", the secrets of the two are mixed up.',
  ]);
});

test("diagnose() names the source that it was meant for", () => {
  const others = [sourceOf({ name: "git", provider: "github", secrets: [secretOf("theirs")] })];
  expect(ask(received(signedBy("github", "theirs")), { others })).toEqual([
    'It verifies for source "git" (GitHub): it was sent to this source\'s address by mistake.',
  ]);
});

test.each([
  ["white space", ` ${SECRET}\n`, /without the white space around it/],
  ["quotes", `"${SECRET}"`, /without the quotation marks/],
  ["single quotes", ` '${SECRET}' `, /without the quotation marks/],
  ["a name", `WEBHOOK_SECRET=${SECRET}`, /without the name of the variable/],
  ["whsec_", `whsec_${SECRET}`, /without its whsec_/],
  ["base64", Buffer.from(SECRET).toString("base64"), /decoded from base64/],
  ["whsec_ and base64", `whsec_${Buffer.from(SECRET).toString("base64")}`, /decoded from base64/],
  ["hexadecimal", Buffer.from(SECRET).toString("hex"), /decoded from hexadecimal/],
  ["upper case", SECRET.toUpperCase(), /in lower case/],
  ["percent signs", encodeURIComponent(SECRET), /percent signs decoded/],
])("diagnose() names how the secret is written in the configuration: %s", (_, value, expected) => {
  const source = sourceOf({ secrets: [secretOf(value, { id: "x" })] });
  const sentences = ask(received(signedBy("generic", SECRET)), { source });
  expect(sentences).toEqual([expect.stringMatching(expected)]);
  expect(sentences[0]).toMatch(/with secret "x" /);
});

test.each([
  ["a line break", `${SECRET}\n`, /line break at its end, as the sender has it/],
  ["CR and LF", `${SECRET}\r\n`, /CR and LF at its end/],
  ["whsec_", `whsec_${SECRET}`, /with whsec_ before it/],
  ["base64", Buffer.from(SECRET).toString("base64"), /encoded in base64/],
])("diagnose() names how the sender writes the secret: %s", (_, value, expected) => {
  expect(ask(received(signedBy("generic", value)))).toEqual([expect.stringMatching(expected)]);
});

test("diagnose() finds a secret of Standard Webhooks whose text is taken as the key", () => {
  const headers = { "webhook-id": "msg_1" };
  const value = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const source = sourceOf({ provider: "standard_webhooks", secrets: [secretOf(value)] });
  const scheme = "standard_webhooks_text_key";
  const signed = signedBy("standard_webhooks", value, { headers, scheme });
  expect(ask(received(signed), { source }).join()).toMatch(
    /scheme "standard_webhooks_text_key": if the sender cannot change that/,
  );
});

test.each([
  [-301_000, /but signed 301 s \(about 5 min\) before it arrived: it was held up or sent again/],
  [-HOUR_MS, /but signed 3600 s \(about 60 min\) before it arrived: that looks like a local time/],
  [-5.5 * HOUR_MS, /but signed 19800 s \(about 6 h\) before it arrived: that looks like a local/],
  [-3 * 24 * HOUR_MS, /but signed 259200 s \(about 3 days\) before it arrived: it was held up/],
  [301_000, /but signed 301 s \(about 5 min\) after it arrived: the sender's clock is ahead/],
  [2 * HOUR_MS, /but signed 7200 s \(about 2 h\) after it arrived: that looks like a local time/],
])("diagnose() says how far off the time of signing is: %d ms", (skewMs, expected) => {
  const source = sourceOf({ provider: "stripe" });
  const signed = signedBy("stripe", SECRET, { now: RECEIVED_AT + skewMs });
  const sentences = ask(received(signed, { reason: "stale" }), { source });
  expect(sentences).toEqual([expect.stringMatching(expected)]);
  expect(sentences[0]).toMatch(/^The signature is right, made with secret "1" of this source, but/);
});

test("diagnose() holds the time of signing against the source's own tolerance", () => {
  const late = received(signedBy("stripe", SECRET, { now: RECEIVED_AT - 900_000 }));
  const says = (past: number) =>
    ask(late, { source: sourceOf({ provider: "stripe", tolerance: { past } }) }).join();
  expect(says(600)).toMatch(/but signed 900 s/);
  expect(says(1_000)).toMatch(/^It verifies as the source is configured now/);
});

test("diagnose() holds it against the tolerance of whichever source or scheme it was meant for", () => {
  const late = received(signedBy("stripe", "theirs", { now: RECEIVED_AT - 900_000 }));
  const saysOf = (past: number) => {
    const theirs = { name: "test", provider: "stripe", secrets: [secretOf("theirs")] };
    const others = [sourceOf({ ...theirs, tolerance: { past } })];
    return ask(late, { source: sourceOf(), others }).join();
  };
  expect(saysOf(600)).toMatch(/^It verifies for source "test" .* It was signed 900 s/);
  expect(saysOf(1_000)).toMatch(/^It verifies for source "test" .* by mistake\.$/);

  const headers = { "webhook-id": "msg_1" };
  const value = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const signed = signedBy("standard_webhooks", value, {
    ...{ headers, scheme: "standard_webhooks_text_key", now: RECEIVED_AT - 900_000 },
  });
  const saysWith = (past: number) => {
    const secrets = [secretOf(value)];
    const source = sourceOf({ provider: "standard_webhooks", secrets, tolerance: { past } });
    return ask(received(signed), { source }).join();
  };
  expect(saysWith(600)).toMatch(/scheme "standard_webhooks_text_key".* It was signed 900 s/);
  expect(saysWith(1_000)).toMatch(/scheme "standard_webhooks_text_key".* for this source\.$/);
});

test("diagnose() says of another source's secret how late it is, too", () => {
  const source = sourceOf({ provider: "stripe" });
  const others = [sourceOf({ name: "test", provider: "stripe", secrets: [secretOf("theirs")] })];
  const signed = signedBy("stripe", "theirs", { now: RECEIVED_AT - 900_000 });
  expect(ask(received(signed), { source, others }).join()).toMatch(
    /source "test".* mixed up\. It was signed 900 s/,
  );
});

test("diagnose() of what verifies now says that it can be released", () => {
  const [sentence] = ask(received(signedBy("generic", SECRET)));
  expect(sentence).toMatch(/^It verifies as the source is configured now, with secret "1"/);
  const retired = secretOf(SECRET, { state: "retiring", until: RECEIVED_AT + HOUR_MS });
  const source = sourceOf({ secrets: [retired] });
  const options = { source, now: RECEIVED_AT + 2 * HOUR_MS };
  expect(ask(received(signedBy("generic", SECRET)), options)[0]).toMatch(/\(retired since\)/);
});

test("diagnose() of a refused address says whether the signature is right", () => {
  const reason = "address_not_allowed";
  expect(ask(received(signedBy("generic", SECRET), { reason }))).toEqual([
    'The signature is right, made with secret "1" of this source; only 192.0.2.1 is not among allowedIps.',
  ]);
});

test("diagnose() of a source without a secret in use says so", () => {
  const source = sourceOf({ secrets: [secretOf(SECRET, { state: "revoked" })] });
  expect(ask(received(signedBy("generic", "no")), { source })[0]).toMatch(/^No secret of this/);
});

/** Sources of every provider, each with a secret of its own. */
const EVERY_SOURCE: readonly Source[] = Object.values(PROVIDERS).map(({ id, recipe }) => {
  const { secret } = makeSecret(recipe, { now: RECEIVED_AT });
  return sourceOf({ name: id, provider: id, secrets: [secretOf(secret)] });
});

test("diagnose() never throws, and shows neither secrets nor signatures nor bodies", () => {
  const texts = anyText({ maxLength: 60 }).map((text) =>
    text.replace(/[\0\r\n\u0100-\u{10ffff}]/gu, ""),
  );
  const names = fc.constantFrom(
    ...["x-webhook-signature", "stripe-signature", "content-type", "host", "content-encoding"],
    ...["x-forwarded-host", "authorization", "x-hub-signature-256", "x-twilio-signature"],
  );
  const sent = fc.array(fc.tuple(names, texts), { maxLength: 8 });
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  const property = fc.property(
    fc.constantFrom(...EVERY_SOURCE),
    fc.constantFrom(...QUARANTINE_REASONS),
    sent,
    bodies,
    fc.oneof(fc.string(), fc.constant(SHOP_URL), fc.webUrl({ withQueryParameters: true })),
    (source, reason, headers, body, url) => {
      const request = refusedRequest({ sent: headers.flat(), body, url, reason });
      const sentences = diagnose(request, { source, sources: EVERY_SOURCE, now: RECEIVED_AT });
      expect(sentences.length).toBeLessThanOrEqual(8);
      for (const sentence of sentences) {
        expect(sentence).toMatch(/^\P{C}{10,600}[.?]$/u);
        for (const { secrets } of EVERY_SOURCE) expect(sentence).not.toContain(secrets[0]?.value);
      }
    },
  );
  fc.assert(property, { numRuns: 150 });
});

test.each(EVERY_SOURCE.map((source) => [source.name, source] as const))(
  "diagnose() of a header block that is none, and of none: %s",
  (_, source) => {
    for (const headers of [Buffer.alloc(0), Buffer.from([0xff, 0, 0x3a, 0x0d, 0x0a])]) {
      const request = { ...refusedRequest({ reason: "missing_header" }), headers };
      expect(diagnose(request, { source, sources: [], now: Number.NaN })).not.toEqual([]);
    }
  },
);

test("diagnose() of many secrets and sources ends soon", () => {
  const others = Array.from({ length: 2_000 }, (_, at) =>
    sourceOf({ name: `s${at}`, secrets: [secretOf(`secret ${at}`)] }),
  );
  const startedAt = performance.now();
  ask(received(signedBy("generic", "no")), { others });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("diagnose() of a provider that is gone knows nothing", () => {
  const source = sourceOf({ provider: "constructor" });
  expect(ask(refusedRequest(), { source })).toEqual([]);
});

test("diagnose() of each provider's own request under another source's secret names that source", () => {
  for (const provider of Object.values(PROVIDERS)) {
    const recipe = provider.recipe.kind === "any" ? provider.recipe.recipes[0] : provider.recipe;
    if (recipe === undefined || ["public_key", "certificate", "jwt"].includes(recipe.kind))
      continue;
    const theirs = makeSecret(recipe, { now: RECEIVED_AT }).secret;
    const ours = makeSecret(recipe, { now: RECEIVED_AT }).secret;
    const { body, contentType, headers } = provider.sample(
      provider.sampleTypes[0] ?? "",
      new Date(RECEIVED_AT),
    );
    const unsigned = {
      method: "POST",
      url: SHOP_URL,
      headers: { ...headers, "content-type": contentType },
      body: Buffer.from(body),
    };
    const signed = sign(recipe, unsigned, { secret: theirs, now: RECEIVED_AT });
    const source = sourceOf({ provider: provider.id, secrets: [secretOf(ours)] });
    const others = [
      sourceOf({ name: "other", provider: provider.id, secrets: [secretOf(theirs)] }),
    ];
    expect([provider.id, ask(received(signed), { source, others })]).toEqual([
      provider.id,
      [expect.stringContaining('of source "other", another one of')],
    ]);
  }
});

/** Left here so that the exact bytes of what is asked about stay the caller's. */
test("diagnose() leaves the request as it is", () => {
  const request: QuarantinedRequest = refusedRequest({ sent: ["X-A", "1"] });
  const before = { headers: Buffer.from(request.headers), body: Buffer.from(request.body) };
  ask(request);
  expect(Buffer.from(request.headers)).toEqual(before.headers);
  expect(Buffer.from(request.body)).toEqual(before.body);
  expect(Buffer.from(formatHeaderBlock(["X-A", "1"]))).toEqual(before.headers);
  expect(BODY).toBe(before.body.toString());
});

/** What a sentence looks like whose list is empty, or whose value is missing. */
const GAP =
  /\b(?:a|an|after|as|by|for|from|in|is|of|one of|or|the|to)\s*[.,;:)]|""|\s\s|\s[.,;:]|\(\)|\bundefined\b|\bnull\b|\bNaN\b|\[object|\.\.(?!\.)|,\s*[,.]/;

/** All but those about what was not read. */
const REASONS = QUARANTINE_REASONS.filter((reason) => !isUnread(reason));

test.each(Object.keys(PROVIDERS))(
  "diagnose() leaves no gap in a sentence about %s, whatever was sent and why it was refused",
  (id) => {
    const provider = PROVIDERS[id];
    if (provider === undefined) throw new TypeError(`Cannot test: there is no provider ${id}`);
    const recipes = [null, ...(provider.alternatives ?? [])];
    const settings = Object.fromEntries(
      (provider.settings ?? []).map(({ name }) => [name, "made-up"]),
    );
    const found: string[] = [];
    for (const scheme of recipes) {
      const recipe = scheme ?? provider.recipe;
      const { secret, privateKey } = makeSecret(recipe, { now: RECEIVED_AT });
      const own = sourceOf({ provider: id, scheme: scheme?.scheme ?? null, settings });
      const {
        body,
        contentType,
        headers = {},
      } = provider.sample(provider.sampleTypes[0] ?? "", new Date(RECEIVED_AT));
      const sent = { ...headers, "content-type": contentType };
      const unsigned = { method: "POST", url: SHOP_URL, headers: sent, body: Buffer.from(body) };
      const signed = sign(withSettings(recipe, settings), unsigned, {
        secret,
        now: RECEIVED_AT,
        ...(privateKey !== null && { privateKey }),
      });
      const garbled = Object.fromEntries(Object.keys(signed.headers).map((name) => [name, "%"]));
      const empty = Buffer.alloc(0);
      const requests = [
        signed,
        { ...signed, headers: sent },
        { ...signed, headers: {} },
        { ...signed, headers: garbled },
        { ...signed, headers: {}, body: empty },
        { ...signed, body: empty },
        { ...signed, headers: {}, body: Buffer.from("a=1&b=2") },
        { ...signed, headers: {}, body: Buffer.from("e30.e30.e30") },
        { ...signed, body: Buffer.from("--b\n") },
      ];
      const add = (request: OutgoingRequest, reason: QuarantineReason, secrets: Secret[]) =>
        found.push(...ask(received(request, { reason }), { source: { ...own, secrets } }));
      for (const reason of REASONS) add(signed, reason, [secretOf("another one")]);
      for (const request of requests) {
        add(request, "missing_header", []);
        for (const reason of ["missing_header", "malformed_header", "no_match"] as const) {
          add(request, reason, [secretOf("another one")]);
        }
      }
    }
    expect(found.length).toBeGreaterThan(0);
    expect([...new Set(found)].filter((sentence) => GAP.test(sentence))).toEqual([]);
  },
);
