import { findProvider, type VerifiedWebhook, webhookVerifier } from "@hookgate/providers";
import { makeSecret, type OutgoingRequest, sign } from "@hookgate/signature";
import { expect } from "@jest/globals";

const SECRET = makeSecret(providerOf("stripe").recipe, { now: Date.now() }).secret;

const TWILIO_SECRET = "a1b2c3d4e5f60718293a4b5c6d7e8f90";

/**
 * How each is verified, by provider. Stripe signs the body and a time; its events need no handshake. Meta asks with GET before it
 * sends anything. Twilio signs the URL that it called, and its bodies are forms.
 */
export const OPTIONS = {
  stripe: { secrets: [SECRET] },
  meta: { secrets: ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"], settings: { verify_token: "hello" } },
  twilio: { secrets: [TWILIO_SECRET] },
};

export const STRIPE = webhookVerifier("stripe", OPTIONS.stripe);
export const META = webhookVerifier("meta", OPTIONS.meta);
export const TWILIO = webhookVerifier("twilio", OPTIONS.twilio);

function providerOf(id: string) {
  const provider = findProvider(id);
  if (provider === null) throw new Error(`Cannot test: there is no provider ${id}`);
  return provider;
}

function signed(id: string, secret: string, url: string): OutgoingRequest {
  const { recipe, sample, sampleTypes } = providerOf(id);
  const { body, contentType, headers } = sample(sampleTypes[0] ?? "", new Date());
  const request = {
    method: "POST",
    url,
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
  return sign(recipe, request, { secret, now: Date.now() });
}

function post({ url, method, headers, body }: OutgoingRequest): Promise<Response> {
  return fetch(url, { method, headers, body: new Uint8Array(body) });
}

/**
 * Asks a server of a framework that verifies Stripe at /stripe, Twilio at /twilio, and at /meta; `events` are those that it let
 * through.
 */
export async function askFramework(
  origin: string,
  events: readonly VerifiedWebhook[],
): Promise<void> {
  const good = signed("stripe", SECRET, `${origin}/stripe`);
  expect((await post(good)).status).toBe(200);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ provider: "stripe", providerType: "payment_intent.succeeded" });
  expect(Buffer.from(events[0]?.body ?? [])).toEqual(Buffer.from(good.body));

  const changed = await post({ ...good, body: Buffer.concat([good.body, Buffer.from(" ")]) });
  expect(changed.status).toBe(401);
  expect(await changed.json()).toEqual({ error: "invalid_signature" });
  const bare = await post({ ...good, headers: { "content-type": "application/json" } });
  expect(bare.status).toBe(401);
  const large = await post({ ...good, body: Buffer.alloc(STRIPE.bodyBytesMax + 1, " ") });
  expect(large.status).toBe(413);
  expect(events).toHaveLength(1);

  expect((await post(signed("twilio", TWILIO_SECRET, `${origin}/twilio`))).status).toBe(200);
  expect(events).toHaveLength(2);

  const asked = "hub.mode=subscribe&hub.verify_token=hello&hub.challenge=12345";
  const greeted = await fetch(`${origin}/meta?${asked}`);
  expect([greeted.status, await greeted.text()]).toEqual([200, "12345"]);
  const wrong = await fetch(`${origin}/meta?${asked.replace("hello", "hullo")}`);
  expect(wrong.status).toBeGreaterThanOrEqual(400);
  expect(events).toHaveLength(2);
}
