import { incoming, makeSecret, type OutgoingRequest, sign } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import type { Provider } from "../provider.ts";
import { PROVIDERS } from "../providers.ts";
import { toResponse, verifyRequest } from "./verify_request.ts";
import {
  type WebhookVerifier,
  type WebhookVerifierOptions,
  webhookVerifier,
} from "./webhook_verifier.ts";

const NOW = Date.UTC(2026, 10, 24);
const URL_CALLED = "https://hooks.example.com/in";

interface Sender {
  verifier: WebhookVerifier;
  secret: string;
  request: OutgoingRequest;
  /** What the provider publishes: a certificate or a key set. */
  published: string | null;
}

/** A verifier of this provider with a secret that is made up here, and what the provider would send. */
function sender(id: string, options: WebhookVerifierOptions = {}, account?: string): Sender {
  const { recipe, secretsSetting, settings: all = [] } = providerOf(id);
  const made = makeSecret(recipe, { now: NOW });
  const { secret, privateKey, certificate } = { ...made, ...(account && { secret: account }) };
  const settings = Object.fromEntries(
    all.filter(({ required }) => required).map(({ name }) => [name, "https://made.up/value"]),
  );
  const verifier = webhookVerifier(id, {
    ...(secretsSetting === undefined && { secrets: [secret] }),
    settings: { ...settings, ...(secretsSetting !== undefined && { [secretsSetting]: secret }) },
    now: () => NOW,
    fetch: async () => new Response(certificate),
    ...options,
  });
  // Its settings are part of what the recipe says.
  const { recipe: own, sample, sampleTypes, compactJson, methods } = verifier.provider;
  const { body, contentType, headers } = sample(sampleTypes[0] ?? "", new Date(NOW));
  const unsigned = {
    method: methods?.[0] ?? "POST",
    url: URL_CALLED,
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(compactJson ? JSON.stringify(JSON.parse(body)) : body),
  };
  const key = { secret, now: NOW, ...(privateKey !== null && { privateKey }) };
  return { verifier, secret, request: sign(own, unsigned, key), published: certificate };
}

function providerOf(id: string): Provider {
  const provider = PROVIDERS[id];
  if (provider === undefined) throw new Error(`Cannot test: there is no provider ${id}`);
  return provider;
}

test.each(Object.keys(PROVIDERS))(
  "webhookVerifier() takes what %s signs, and not what somebody else signs",
  async (id) => {
    const { verifier, request } = sender(id);
    const seen = incoming(request, NOW);
    expect(await verifier.verify(seen)).toMatchObject({ kind: "event", event: { provider: id } });
    expect((await sender(id).verifier.verify(seen)).kind).toBe("refused");
  },
);

test("webhookVerifier() names what is missing, and accepts nothing without a secret", () => {
  expect(() => webhookVerifier("nobody")).toThrow('there is no provider "nobody"');
  expect(() => webhookVerifier("stripe", { scheme: "v9", secrets: ["x"] })).toThrow(
    'no scheme "v9"',
  );
  for (const secrets of [[], [undefined], [""], ["whsec_1", undefined]]) {
    expect(() => webhookVerifier("stripe", { secrets })).toThrow("`secrets` is empty");
  }
});

test("webhookVerifier() answers Slack's check of the connection, which is not signed", async () => {
  const { verifier, request } = sender("slack");
  const ask = (body: string) =>
    verifier.verify(incoming({ ...request, headers: {}, body: Buffer.from(body) }, NOW));
  expect(await ask("ssl_check=1&token=xxx")).toMatchObject({
    kind: "handshake",
    answer: { status: 200, body: "" },
  });
  expect((await ask("ssl_check=1&command=%2Fdeploy")).kind).toBe("refused");
});

test("verifyRequest() reads no more of a body than it may have", async () => {
  const verifier = webhookVerifier("generic", {
    secrets: ["0f1e2d3c4b5a6978"],
    bodyBytesMax: 1_000,
  });
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(600));
    },
  });
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const verdict = await verifyRequest(verifier, new Request(URL_CALLED, init));
  expect(verdict).toMatchObject({ kind: "refused", reason: "body_too_large" });
  expect(toResponse(verdict.answer).status).toBe(413);
  expect(pulled).toBeLessThan(5);
});

test("webhookVerifier() answers 503 while what a provider publishes cannot be had, and asks again a second later", async () => {
  let now = NOW;
  let asked = 0;
  const { verifier, request, published } = sender("google_pubsub", {
    now: () => now,
    async fetch() {
      asked += 1;
      if (asked === 1) throw new TypeError("away");
      return new Response(published);
    },
  });
  const verify = () => verifier.verify(incoming(request, now));
  expect(await verify()).toMatchObject({
    kind: "refused",
    reason: "key_needed",
    answer: { status: 503 },
  });
  expect(await verify()).toMatchObject({ kind: "refused", reason: "key_needed" });
  expect(asked).toBe(1);
  now += 1_001;
  expect(await verify()).toMatchObject({ kind: "event" });
  expect((await verify()).kind).toBe("event");
  expect(asked).toBe(2);
});

/** Every provider that publishes what it signs with. */
const PUBLISHING = Object.values(PROVIDERS).flatMap(({ id, recipe }) =>
  recipe.kind === "certificate" || (recipe.kind === "jwt" && recipe.keySet !== undefined) ? id : [],
);

test.each(PUBLISHING)(
  "webhookVerifier() takes what %s signs with a key that was replaced in place, and keeps a good one though a bad one comes",
  async (id) => {
    let now = NOW;
    let asked = 0;
    let published = "<html>";
    const options = {
      now: () => now,
      async fetch() {
        asked += 1;
        if (published === "") throw new TypeError("away");
        return new Response(published);
      },
    };
    const { verifier, request, secret, published: first } = sender(id, options);
    const kindOf = async (sent: OutgoingRequest) => {
      const verdict = await verifier.verify(incoming(sent, now));
      return verdict.kind === "refused" ? verdict.answer.status : verdict.kind;
    };
    // An error page is not kept as if it were a key.
    expect(await kindOf(request)).toBe(503);
    now += 1_001;
    published = first ?? "";
    expect(await kindOf(request)).toBe("event");
    const forged = sender(id, options, secret);
    expect(await kindOf(forged.request)).toBe(401);
    expect(asked).toBe(2);
    for (const bad of ["", "<html>", '{"keys":[{"kty":"unheard of"}]}']) {
      published = bad;
      now += 1_001;
      expect(await kindOf(forged.request)).toBe(503);
      expect(await kindOf(request)).toBe("event");
    }
    expect(asked).toBe(5);
    published = forged.published ?? "";
    now += 1_001;
    expect(await kindOf(forged.request)).toBe("event");
    expect(await kindOf(request)).toBe(401);
    expect(asked).toBe(6);
  },
);
