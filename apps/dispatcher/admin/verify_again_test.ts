import { createHash, generateKeyPairSync } from "node:crypto";
import type { ConfiguredSource } from "@hookgate/config";
import { findProvider, formatHeaderBlock, headerRecord, PROVIDERS } from "@hookgate/providers";
import { type DescribeTask, describeTask } from "@hookgate/receive";
import { makeCertificate, makeSecret, type OutgoingRequest, sign } from "@hookgate/signature";
import { enrolledSecretId, type QuarantinedRequest, UNREAD_REASONS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { exampleRefused } from "../suite/example_refused.ts";
import { exampleSecret, exampleSource } from "../suite/example_source.ts";
import { type VerifyAgainOptions, verifyAgain } from "./verify_again.ts";

const RECEIVED_AT = 1_763_950_000_000;
const URL = "https://hooks.example.com/api/webhooks/a?b=1";
const { value: SECRET } = exampleSecret();

/** It has a time, so it is told apart by its bytes. */
const BODY = '{"type":"payment.success","timestamp":"2026-01-02T03:04:05Z"}';

/** A request that was refused, though the provider had signed it rightly. */
function refused(
  provider: string,
  { body = BODY, secret = SECRET, now = RECEIVED_AT, url = URL } = {},
  changes: Partial<QuarantinedRequest> = {},
): QuarantinedRequest {
  const found = findProvider(provider);
  if (!found) throw new Error(`there is no provider ${provider}`);
  const headers = { "content-type": "application/json", "X-Mixed": "caf\xe9" };
  const request = { method: "POST", url, headers, body: Buffer.from(body) };
  return keep(sign(found.recipe, request, { secret, now }), { provider, url, ...changes });
}

function keep(
  { headers, body }: OutgoingRequest,
  changes: Partial<QuarantinedRequest>,
): QuarantinedRequest {
  const block = formatHeaderBlock(Object.entries(headers).flat());
  return exampleRefused({ headers: block, body, receivedAt: RECEIVED_AT, ...changes });
}

function fetchers(
  fetch: (url: string) => Promise<string | null> = async () => null,
): VerifyAgainOptions["fetchers"] {
  return { fetchCertificate: fetch, fetchKeySet: fetch };
}

function verifyBy(
  source: ConfiguredSource | null,
  request: QuarantinedRequest,
  options: Partial<VerifyAgainOptions> = {},
) {
  const describeElsewhere = async (task: DescribeTask) => describeTask(task);
  const own = { source, enrolled: [], fetchers: fetchers(), describeElsewhere };
  return verifyAgain(request, { ...own, ...options });
}

test("verifyAgain() makes the event that the request is, with an id and a flag of its own", async () => {
  const request = refused("generic");
  const found = await verifyBy(exampleSource(), request);
  expect(found).toEqual({
    event: {
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      source: "academy",
      provider: "generic",
      type: "payment.success",
      providerType: "payment.success",
      receivedAt: RECEIVED_AT,
      providerEventId: "",
      secretId: "1",
      address: request.address,
      addressChain: request.addressChain,
      headers: request.headers,
      body: request.body,
      bodySha256: createHash("sha256").update(request.body).digest(),
      flags: ["released"],
      dedupe: "body",
      bodyWindowMs: 90_000_000,
    },
  });
});

test.each([
  ["unreadable", "not json", "unknown"],
  ["readable", '{"type":"a.b","timestamp":"2026-01-02T03:04:05Z"}', "a.b"],
])("verifyAgain() flags what is %s", async (what, body, type) => {
  const found = await verifyBy(exampleSource(), refused("generic", { body }));
  const flags = what === "unreadable" ? ["unreadable", "released", "may_repeat"] : ["released"];
  expect(found).toMatchObject({ event: { type, flags } });
});

test("verifyAgain() lets in a large form whose fields are signed, as a store hands it out", async () => {
  const body = `mandrill_events=${encodeURIComponent('[{"event":"open"}]').padEnd(2 * 1024 * 1024, "+")}`;
  const mandrill = findProvider("mandrill");
  if (mandrill === null) throw new Error("there is no provider mandrill");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const unsigned = { method: "POST", url: URL, headers, body: Buffer.from(body) };
  const signed = sign(mandrill.recipe, unsigned, { secret: SECRET, now: RECEIVED_AT });
  const request = {
    ...keep(signed, { provider: "mandrill", url: URL }),
    body: Uint8Array.from(signed.body),
  };
  const source = exampleSource({ provider: "mandrill" });
  expect(await verifyBy(source, request)).toMatchObject({ event: { type: "open" } });
  request.body[100] = 0x61;
  expect(await verifyBy(source, request)).toEqual({ refusal: "no_match" });
});

test("verifyAgain() keeps method and query of a sender that uses several methods, and no credential", async () => {
  const request = refused(
    "zendesk",
    { url: URL },
    { method: "GET", url: URL, body: new Uint8Array(0) },
  );
  const provider = findProvider("zendesk");
  if (provider === null) throw new Error("there is no provider zendesk");
  const bare = { method: "GET", url: URL, headers: {}, body: Buffer.alloc(0) };
  const { headers } = sign(provider.recipe, bare, { secret: SECRET, now: RECEIVED_AT });
  const sent = { ...headers, Authorization: "Bearer s3cret", "Hookgate-Method": "POST" };
  const block = formatHeaderBlock(Object.entries(sent).flat());
  const found = await verifyBy(exampleSource({ provider: "zendesk" }), {
    ...request,
    headers: block,
  });
  const kept = "event" in found ? headerRecord(found.event.headers) : {};
  expect(kept).toMatchObject({ "hookgate-method": "GET", "hookgate-query": "b=1" });
  expect(kept).not.toHaveProperty("authorization");
});

test("verifyAgain() reads id and type as the provider has them, canonical where it is mapped", async () => {
  const body = '{"id":"evt_1","type":"payment_intent.succeeded"}';
  const found = await verifyBy(exampleSource({ provider: "stripe" }), refused("stripe", { body }));
  expect(found).toMatchObject({
    event: {
      provider: "stripe",
      type: "payment.success",
      providerType: "payment_intent.succeeded",
      providerEventId: "evt_1",
    },
  });
});

test("verifyAgain() holds times against the time of receipt, however long ago that was", async () => {
  const source = exampleSource({ provider: "stripe" });
  const at = (now: number) => verifyBy(source, refused("stripe", { now }));
  expect(await at(RECEIVED_AT - 300_000)).toMatchObject({ event: { secretId: "1" } });
  expect(await at(RECEIVED_AT - 301_000)).toEqual({ refusal: "stale" });
  expect(await at(RECEIVED_AT + 301_000)).toEqual({ refusal: "future" });
});

const timed = Object.values(PROVIDERS)
  .filter(({ recipe }) => recipe.kind === "hmac" && recipe.timestamp !== undefined)
  .map(({ id }) => id);

test.each(timed)(
  "verifyAgain() of %s lets in what is too old only by an operator's word",
  async (id) => {
    const provider = findProvider(id);
    if (provider === null) throw new Error(`Cannot test: there is no ${id}`);
    const { recipe, settings = [] } = provider;
    const secret = makeSecret(recipe, { now: RECEIVED_AT }).secret;
    const source: ConfiguredSource = exampleSource({
      provider: id,
      secrets: [exampleSecret({ value: secret })],
      settings: Object.fromEntries(settings.map(({ name }) => [name, "example"])),
      publicUrl: URL.replace(/\?.*/, ""),
    });
    const sent = (now: number) => {
      const { body, contentType, headers } = provider.sample(
        provider.sampleTypes[0] ?? "",
        new Date(now),
      );
      const own = { ...headers, "content-type": contentType };
      const request = { method: "POST", url: URL, headers: own, body: Buffer.from(body) };
      return keep(sign(recipe, request, { secret, now }), { provider: id, url: URL });
    };
    const late = sent(RECEIVED_AT - 30 * 86_400_000);
    expect(await verifyBy(source, late)).toEqual({ refusal: "stale" });
    expect(await verifyBy(source, late, { admitStale: true })).toMatchObject({
      event: { flags: expect.arrayContaining(["released", "stale"]) },
    });
    const tolerant = { ...source, tolerance: { past: 31 * 86_400 } };
    expect(await verifyBy(tolerant, late)).toMatchObject({ event: { source: source.name } });
    const early = sent(RECEIVED_AT + 30 * 86_400_000);
    expect(await verifyBy(source, early, { admitStale: true })).toEqual({ refusal: "future" });
    const forged = { ...late, body: Buffer.concat([late.body, Buffer.from(" ")]) };
    const verdict = await verifyBy(source, forged, { admitStale: true });
    if (!("event" in verdict)) expect(verdict.refusal).not.toBe("stale");
    else expect(verdict.event.flags).toContain("not_intact");
    const inTime = await verifyBy(source, sent(RECEIVED_AT), { admitStale: true });
    if (!("event" in inTime)) throw new Error(`Cannot test: ${inTime.refusal}`);
    expect(inTime.event.flags).not.toContain("stale");
  },
);

test.each<[string, Partial<ReturnType<typeof exampleSecret>>, object]>([
  ["an active secret", {}, { event: expect.anything() }],
  ["another secret", { value: "another" }, { refusal: "no_match" }],
  ["a revoked secret", { state: "revoked" }, { refusal: "no_match" }],
  ["a retiring secret", { state: "retiring" }, { event: expect.anything() }],
  [
    "a retiring secret that ended since",
    { state: "retiring", until: RECEIVED_AT + 1 },
    { event: expect.anything() },
  ],
  [
    "a retiring secret that had ended",
    { state: "retiring", until: RECEIVED_AT },
    { refusal: "no_match" },
  ],
])("verifyAgain() with %s", async (_, secret, found) => {
  const source = exampleSource({ secrets: [exampleSecret(secret)] });
  expect(await verifyBy(source, refused("generic"))).toEqual(found);
});

test("verifyAgain() takes secrets that an enrolment delivered", async () => {
  const source = exampleSource({ provider: "asana", secrets: [] });
  const options = { enrolled: ["old", SECRET] };
  expect(await verifyBy(source, refused("asana"), options)).toMatchObject({
    event: { secretId: enrolledSecretId(SECRET) },
  });
  // The edge refuses it, too: this provider's handshake delivers no secret.
  const other = exampleSource({ secrets: [] });
  expect(await verifyBy(other, refused("generic"), options)).toEqual({ refusal: "no_match" });
});

test.each([
  ["a source that was removed", null, "unknown_source"],
  ["a provider that there is not", exampleSource({ provider: "none" }), "unknown_scheme"],
  ["a scheme that there is not", exampleSource({ scheme: "none" }), "unknown_scheme"],
  ["another provider", exampleSource({ provider: "stripe" }), "missing_header"],
])("verifyAgain() with %s", async (_, source, refusal) => {
  expect(await verifyBy(source, refused("generic"))).toEqual({ refusal });
});

test("verifyAgain() takes the source's public URL of now, with the request's query", async () => {
  const signed = "https://hooks.example.com/right?b=1";
  const request = refused("square", { url: signed }, { url: URL });
  const by = (publicUrl: string | null) =>
    verifyBy(exampleSource({ provider: "square", publicUrl }), request);
  expect(await by(null)).toEqual({ refusal: "no_match" });
  expect(await by("https://hooks.example.com/wrong")).toEqual({ refusal: "no_match" });
  expect(await by("https://hooks.example.com/right")).toMatchObject({ event: {} });
});

test.each([
  ["enforce", [], "203.0.113.7", null],
  ["enforce", ["203.0.113.7"], "203.0.113.7", []],
  ["enforce", ["203.0.112.0/23"], "203.0.113.7", []],
  ["enforce", ["203.0.114.0/24", "2001:db8::/32"], "203.0.113.7", null],
  ["enforce", ["2001:db8::/32"], "2001:db8::7", []],
  ["enforce", ["2001:db8::7"], "2001:db8::8", null],
  ["enforce", ["0.0.0.0/0"], "2001:db8::8", null],
  ["enforce", ["0.0.0.0/0", "::/0"], "no address", null],
  ["shadow", ["203.0.113.8"], "203.0.113.7", ["address_shadow"]],
  ["shadow", ["203.0.113.7"], "203.0.113.7", []],
  ["off", ["203.0.113.8"], "203.0.113.7", []],
] as const)(
  "verifyAgain() by a list that is %s, of %j, from %s",
  async (mode, ranges, address, flags) => {
    const source = exampleSource({ allowedIps: { mode, ranges } });
    const found = await verifyBy(source, refused("generic", {}, { address }));
    if (flags === null) expect(found).toEqual({ refusal: "address_not_allowed" });
    else expect(found).toMatchObject({ event: { flags: [...flags, "released"] } });
  },
);

test("verifyAgain() makes no event of a handshake", async () => {
  const body = '{"type":"url_verification","challenge":"abc"}';
  const found = await verifyBy(exampleSource({ provider: "slack" }), refused("slack", { body }));
  expect(found).toEqual({ refusal: "handshake" });
});

test("verifyAgain() by a recipe of one's own", async () => {
  const source: ConfiguredSource = {
    ...exampleSource({ provider: "custom" }),
    recipe: { kind: "shared_secret", scheme: "token", from: { header: "x-token" } },
    describe: { type: { json: "/kind" }, id: null },
  };
  const sent = {
    method: "POST",
    url: URL,
    headers: { "x-token": SECRET },
    body: Buffer.from('{"kind":"a"}'),
  };
  expect(await verifyBy(source, keep(sent, {}))).toMatchObject({
    event: {
      provider: "custom",
      type: "a",
      flags: ["not_intact", "released", "type_not_signed", "may_repeat"],
    },
  });
});

const PAYPAL_CERTIFICATE = "https://api.paypal.com/v1/notifications/certs/CERT-1";

function refusedPaypal(): { request: QuarantinedRequest; pem: string } {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const recipe = findProvider("paypal")?.recipe;
  if (!recipe) throw new Error("there is no provider paypal");
  const headers = {
    "paypal-cert-url": PAYPAL_CERTIFICATE,
    "paypal-auth-algo": "SHA256withRSA",
    "paypal-transmission-id": "1",
  };
  const unsigned = { method: "POST", url: URL, headers, body: Buffer.from("{}") };
  const { privateKey } = pair;
  const signed = sign(recipe, unsigned, { secret: "WEBHOOK", privateKey, now: RECEIVED_AT });
  const pem = makeCertificate(pair, { from: 0, to: Date.parse("2099-01-01") });
  return { request: keep(signed, { provider: "paypal" }), pem };
}

test("verifyAgain() says where a certificate is needed, and verifies where it can be had", async () => {
  const { request, pem } = refusedPaypal();
  const secrets = [exampleSecret({ value: "WEBHOOK" })];
  const source = exampleSource({ provider: "paypal", secrets });
  expect(await verifyBy(source, request)).toEqual({ refusal: "certificate_needed" });
  const wanted: string[] = [];
  const fetchCertificate = async (url: string) => {
    wanted.push(url);
    return pem;
  };
  expect(await verifyBy(source, request, { fetchers: fetchers(fetchCertificate) })).toMatchObject({
    event: { provider: "paypal", secretId: "1" },
  });
  expect(wanted).toEqual([PAYPAL_CERTIFICATE]);
});

test("verifyAgain() trusts a source's trial certificate, and fetches none in its place", async () => {
  const { request, pem } = refusedPaypal();
  const secrets = [exampleSecret({ value: "WEBHOOK" })];
  const source = exampleSource({ provider: "paypal", secrets });
  const fetchCertificate = async () => {
    throw new Error("Cannot fetch in this test");
  };
  const trial = { ...source, trialCertificate: pem };
  expect(await verifyBy(trial, request, { fetchers: fetchers(fetchCertificate) })).toMatchObject({
    event: { provider: "paypal", secretId: "1" },
  });
  const other = refusedPaypal();
  const wrong = { ...source, trialCertificate: other.pem };
  expect(await verifyBy(wrong, request, { fetchers: fetchers(async () => pem) })).toEqual({
    refusal: "no_match",
  });
});

test.each(UNREAD_REASONS)(
  "verifyAgain() lets no request in whose body was not kept: %s",
  async (reason) => {
    // It would verify: the headers prove the sender, and nothing covers the body.
    const request = refused("auth0", {}, { reason, body: new Uint8Array(0) });
    const source = exampleSource({ provider: "auth0" });
    expect(await verifyBy(source, { ...request, reason: "no_match" })).toHaveProperty("event");
    expect(await verifyBy(source, request)).toEqual({ refusal: reason });
  },
);
