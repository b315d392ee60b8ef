import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ConfiguredSource } from "@hookgate/config";
import {
  credentialHeadersOf,
  findProvider,
  formatHeaderBlock,
  PROVIDERS,
  parseHeaderBlock,
} from "@hookgate/providers";
import { makeSecret, type OutgoingRequest, sign } from "@hookgate/signature";
import { enrolledSecret } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { type CompiledSource, type CompileSourceOptions, compileSource } from "./compile_source.ts";
import type { EventParts } from "./request_records.ts";

const AT = 1_763_950_000_000;
const URL = "https://hooks.example.com/api/webhooks/a";
const SECRET = "a secret of the tests";

function compiled(
  changes: Partial<ConfiguredSource> = {},
  options: CompileSourceOptions = {},
): CompiledSource {
  const secret = { id: "1", value: SECRET, state: "active", until: null } as const;
  const configured: ConfiguredSource = {
    name: "a",
    provider: "generic",
    secrets: [secret],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    ...changes,
  };
  const found = compileSource(configured, options);
  if (found === null) throw new TypeError(`Cannot test: there is no ${configured.provider}`);
  return found;
}

function signed(
  provider: string,
  {
    body = '{"type":"payment.success"}',
    headers = {},
    url = URL,
    secret = SECRET,
    privateKey = "",
  } = {},
): OutgoingRequest {
  const recipe = findProvider(provider)?.recipe;
  if (recipe === undefined) throw new TypeError(`Cannot test: there is no ${provider}`);
  const unsigned = { method: "POST", url, headers, body: Buffer.from(body) };
  return sign(recipe, unsigned, { secret, now: AT, ...(privateKey && { privateKey }) });
}

/** What the edge reads of a request. */
function wire(
  { method, headers, body }: OutgoingRequest,
  { target = "/in?b=1", proxied = false } = {},
) {
  const rawHeaders = Object.entries({ host: "inside:8080", ...headers }).flat();
  return { method, target, rawHeaders, proxied, body, receivedAt: AT };
}

const ORIGIN = {
  address: "203.0.113.7",
  addressChain: "203.0.113.7, 10.0.0.1",
};
const RAW_HEADERS = ["a", "b"];
const headers = formatHeaderBlock(RAW_HEADERS);

test.each([
  ["off", [], "allowed"],
  ["shadow", ["203.0.113.0/24"], "allowed"],
  ["shadow", ["198.51.100.1"], "shadow"],
  ["enforce", ["203.0.113.7"], "allowed"],
  ["enforce", ["198.51.100.1"], "refused"],
] as const)("CompiledSource.allows() by a list that is %s, of %j: %s", (mode, ranges, verdict) => {
  expect(compiled({ allowedIps: { mode, ranges } }).allows("203.0.113.7")).toBe(verdict);
});

test("CompiledSource.request() has no accessors, of which V8 would make a hidden class for each request", () => {
  const request = compiled().request(wire(signed("generic")));
  for (const property of Object.values(Object.getOwnPropertyDescriptors(request))) {
    expect(property).toHaveProperty("value");
  }
});

test("CompiledSource verifies a request and makes the event that it is", async () => {
  const source = compiled();
  const sent = signed("generic");
  const request = source.request(wire(sent));
  const acceptance = source.verify(request);
  if (acceptance instanceof Promise || !acceptance.ok) throw new Error("Cannot test: not verified");
  const parts = {
    id: "evt_1",
    acceptance,
    allowed: "allowed",
    rawHeaders: RAW_HEADERS,
    ...ORIGIN,
  } as const;
  const event = {
    id: "evt_1",
    source: "a",
    provider: "generic",
    type: "payment.success",
    providerType: "payment.success",
    receivedAt: AT,
    providerEventId: "",
    secretId: "1",
    ...ORIGIN,
    headers,
    body: sent.body,
    bodySha256: createHash("sha256").update(sent.body).digest(),
    flags: ["may_repeat"],
    dedupe: "none",
    bodyWindowMs: 25 * 3_600_000,
  };
  expect(await source.event(request, parts)).toEqual(event);
  const noticed = { ...parts, allowed: "shadow", released: true } as const;
  expect(
    await source.event(request, { ...noticed, acceptance: { ...acceptance, intact: false } }),
  ).toEqual({
    ...event,
    flags: ["not_intact", "address_shadow", "released", "may_repeat"],
  });
});

function acceptedParts(scheme: string, rawHeaders: readonly string[]): EventParts {
  const signature = { signedAt: null, signature: "", intact: true };
  const acceptance = { ok: true, scheme, secretId: "1", ...signature } as const;
  return { id: "evt_1", acceptance, allowed: "allowed", rawHeaders, ...ORIGIN };
}

/** Every scheme of every provider, and one of those that it may have accepted. */
const schemes = Object.values(PROVIDERS).flatMap(({ id, recipe, alternatives = [] }) =>
  [recipe, ...alternatives].map((one) => {
    const accepted = one.kind === "any" ? one.recipes[0]?.scheme : one.scheme;
    return [id, one.scheme, accepted ?? ""] as const;
  }),
);

test.each(schemes)(
  "an event of %s, signed as %s, keeps no header with a credential",
  async (id, scheme, accepted) => {
    const source = compiled({ provider: id, scheme });
    const request = source.request(wire(signed("generic")));
    const provider = findProvider(id);
    const credentials = provider === null ? [] : credentialHeadersOf(provider);
    expect(credentials).toContain("authorization");
    const rawHeaders = [...credentials, "X-Other"].flatMap((name) => [
      ...[name, "a credential"],
      ...[name.toUpperCase(), "a credential"],
    ]);
    const event = await source.event(request, acceptedParts(accepted, rawHeaders));
    const kept = parseHeaderBlock(event.headers).map(([name]) => name);
    expect(kept.filter((name) => !name.startsWith("hookgate-"))).toEqual(["X-Other", "X-OTHER"]);
  },
);

test("an event of a recipe of one's own keeps no header with a credential", async () => {
  const from = { header: "x-own-token" };
  const recipe = { kind: "shared_secret", scheme: "own", from } as const;
  const source = compiled({ provider: "custom", recipe });
  const request = source.request(wire(signed("generic")));
  const rawHeaders = ["X-Own-Token", SECRET, "Cookie", SECRET, ...RAW_HEADERS];
  const event = await source.event(request, acceptedParts("own", rawHeaders));
  expect(event.headers).toEqual(headers);
});

test("CompiledSource flags what it cannot read", async () => {
  const source = compiled();
  const request = source.request(wire(signed("generic", { body: "no json" })));
  const acceptance = source.verify(request);
  if (acceptance instanceof Promise || !acceptance.ok) throw new Error("Cannot test: not verified");
  const parts = { id: "evt_1", acceptance, allowed: "allowed", rawHeaders: [] } as const;
  const event = await source.event(request, { ...parts, ...ORIGIN });
  expect(event).toMatchObject({ type: "unknown", flags: ["unreadable", "may_repeat"] });
});

test("CompiledSource.refused() records the request as it was, with the URL that was signed", () => {
  const source = compiled({ publicUrl: URL });
  const sent = signed("generic", { secret: "another" });
  const request = source.request(wire(sent));
  expect(source.verify(request)).toEqual({ ok: false, reason: "no_match" });
  expect(source.refused(request, { id: "qtn_1", reason: "no_match", headers, ...ORIGIN })).toEqual({
    id: "qtn_1",
    source: "a",
    provider: "generic",
    receivedAt: AT,
    reason: "no_match",
    diagnosis: [],
    ...ORIGIN,
    headers,
    method: "POST",
    url: `${URL}?b=1`,
    body: sent.body,
    releasedAs: null,
  });
});

test("CompiledSource.request() has the URL as it was seen if there is no public one", () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "hooks.example.com" };
  const sent = signed("generic", { headers });
  expect(compiled().request(wire(sent)).url).toBe("http://inside:8080/in?b=1");
  expect(compiled().request(wire(sent, { proxied: true })).url).toBe(
    "https://hooks.example.com/in?b=1",
  );
});

test("CompiledSource.keptRequest() takes the public URL of now", () => {
  const source = compiled({ provider: "square", publicUrl: URL });
  const sent = signed("square", { url: `${URL}?b=1` });
  const wrong = compiled({ provider: "square", publicUrl: "https://wrong.example.com/" });
  const kept = wrong.refused(wrong.request(wire(sent)), {
    id: "qtn_1",
    reason: "no_match",
    ...ORIGIN,
    headers: formatHeaderBlock(Object.entries(sent.headers).flat()),
  });
  expect(wrong.verify(wrong.keptRequest(kept))).toMatchObject({ ok: false });
  expect(source.verify(source.keptRequest(kept))).toMatchObject({ ok: true });
});

test("CompiledSource.secretsAt() has what is configured, then what a handshake delivered", () => {
  let delivered: ReturnType<typeof enrolledSecret>[] | null = null;
  const secrets = [
    { id: "old", value: "o", state: "retiring", until: AT },
    { id: "new", value: "n", state: "active", until: null },
  ] as const;
  const source = compiled({ provider: "asana", secrets }, { enrolled: () => delivered });
  const ids = (time: number) => source.secretsAt(time).map(({ id }) => id);
  expect([source.enrols, source.knowsSecrets]).toEqual([true, false]);
  expect(ids(AT - 1)).toEqual(["new", "old"]);
  delivered = [enrolledSecret("d")];
  expect(source.knowsSecrets).toBe(true);
  expect(ids(AT)).toEqual(["new", enrolledSecret("d").id]);
});

test("CompiledSource asks for no delivered secrets if its provider's handshake delivers none", () => {
  const enrolled = () => {
    throw new Error("Cannot test: asked");
  };
  const source = compiled({}, { enrolled });
  expect([source.enrols, source.knowsSecrets]).toEqual([false, true]);
  expect(source.secretsAt(AT)).toBe(source.secretsAt(AT));
});

test("CompiledSource.handshake() answers its provider's, and nothing else", () => {
  const source = compiled({ provider: "slack" });
  const ask = (body: string, verified = true) =>
    source.handshake(source.request(wire(signed("slack", { body }))), { verified });
  expect(ask('{"type":"url_verification","challenge":"abc"}')).toMatchObject({ status: 200 });
  expect(ask('{"type":"event_callback"}')).toBeNull();
  const large = `{"type":"url_verification","challenge":"abc"${" ".repeat(256 * 1024)}}`;
  expect(ask(large)).toBeNull();
  expect(ask('{"type":"url_verification","challenge":"abc"}', false)).toBeNull();
  expect(ask("ssl_check=1&token=xxx", false)).toMatchObject({ status: 200, body: "" });
  expect(ask("ssl_check=1&token=xxx")).toBeNull();
  const other = source.request(wire(signed("slack")));
  expect(compiled().handshake(other, { verified: false })).toBeNull();
});

function paypal() {
  const recipe = findProvider("paypal")?.recipe;
  if (recipe === undefined) throw new TypeError("Cannot test: there is no paypal");
  const { privateKey, certificate } = makeSecret(recipe, { now: AT });
  const url = "https://api.paypal.com/v1/notifications/certs/CERT-1";
  const headers = {
    "paypal-cert-url": url,
    "paypal-auth-algo": "SHA256withRSA",
    "paypal-transmission-id": "1",
  };
  const sent = signed("paypal", { headers, privateKey: privateKey ?? "", body: "{}" });
  return { sent, pem: certificate ?? "", url };
}

test("CompiledSource.verify() says which certificate it needs, and takes it from the caller", async () => {
  const source = compiled({ provider: "paypal" });
  const { sent, pem, url } = paypal();
  const request = source.request(wire(sent));
  const needed = { ok: false, reason: "certificate_needed", url };
  expect(await source.verify(request)).toEqual(needed);
  expect(await source.verify(request, { fetchCertificate: async () => null })).toEqual(needed);
  const wanted: string[] = [];
  const fetchCertificate = async (at: string) => {
    wanted.push(at);
    return pem;
  };
  expect(await source.verify(request, { fetchCertificate })).toMatchObject({ ok: true });
  expect(wanted).toEqual([url]);
});

test("CompiledSource.verify() uses a trial certificate, and fetches none", async () => {
  const { sent, pem } = paypal();
  const fetchCertificate = async () => {
    throw new Error("Cannot test: fetched");
  };
  const source = compiled({ provider: "paypal", trialCertificate: pem });
  const request = source.request(wire(sent));
  expect(await source.verify(request)).toMatchObject({ ok: true });
  expect(await source.verify(request, { fetchCertificate })).toMatchObject({ ok: true });
});

test.each([{ provider: "none" }, { scheme: "none" }, { provider: "custom" }])(
  "compileSource() of %j is null",
  (changes) => {
    expect(() => compiled(changes)).toThrow("Cannot test: there is no");
  },
);

test("a public URL with a user and a password is signed whole, and shown to nobody", async () => {
  const publicUrl = "https://user:word@hooks.example.com/in";
  const source = compiled({ provider: "twilio", publicUrl });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const sent = signed("twilio", { url: `${publicUrl}?b=1`, headers, body: "MessageStatus=sent" });
  const request = source.request(wire(sent));
  expect(await source.verify(request)).toMatchObject({ ok: true });
  const block = formatHeaderBlock(wire(sent).rawHeaders);
  const parts = { ...ORIGIN, headers: block, id: "qtn_1", reason: "no_match" } as const;
  const kept = source.refused(request, parts);
  expect(JSON.stringify(kept)).not.toContain("word");
  expect(kept.url).toBe("https://hooks.example.com/in?b=1");
  expect(await source.verify(source.keptRequest(kept))).toMatchObject({ ok: true });
  const bare = compiled({ provider: "twilio", publicUrl: "https://hooks.example.com/in" });
  expect(await bare.verify(bare.request(wire(sent)))).toMatchObject({ ok: false });
});

test("CompiledSource.event() hashes a large body in turns, and finds the same digest", async () => {
  const source = compiled();
  const body = '{"type":"payment.success"}'.padEnd(8 * 1024 * 1024);
  const request = source.request(wire(signed("generic", { body })));
  const acceptance = await source.verify(request);
  if (!acceptance.ok) throw new Error("Cannot test: not verified");
  const parts = { id: "evt_1", acceptance, allowed: "allowed", rawHeaders: [] } as const;
  const made = Promise.resolve(source.event(request, { ...parts, ...ORIGIN }));
  let turns = 0;
  let done = false;
  void made.then(() => {
    done = true;
  });
  for (; !done; turns += 1) await nextTurn();
  expect(turns).toBeGreaterThan(8);
  const { type, bodySha256 } = await made;
  expect([type, Buffer.from(bodySha256)]).toEqual([
    "payment.success",
    createHash("sha256").update(body).digest(),
  ]);
});
