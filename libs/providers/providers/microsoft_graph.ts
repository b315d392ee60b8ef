import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** A sentence such as `Validation: Testing client application reachability …`, without characters that could form a tag. */
const VALIDATION_TOKEN = /^[A-Za-z0-9 ._~+/=:,;()-]{1,1000}$/;

/** POST with `validationToken` in the URL, when a subscription is created or renewed. Anyone can create one. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer(request) {
    const token = readPlace({ request }, { query: "validationToken" });
    if (request.method !== "POST" || token === undefined) return null;
    return echoChallenge(token, { pattern: VALIDATION_TOKEN });
  },

  sample(challenge, { url }) {
    const asked = new URL(url);
    asked.searchParams.set("validationToken", challenge);
    const headers = { "content-type": "text/plain; charset=utf-8" };
    return { method: "POST", url: asked.href, headers, body: new Uint8Array() };
  },
};

/** `created`, `updated`, `deleted`, or a lifecycle event such as `reauthorizationRequired`. */
function describe(request: SignedRequest) {
  const items = readPointer(readJson({ request }), "/value");
  const types = Array.isArray(items)
    ? items.map((item) => readPointer(item, "/lifecycleEvent") ?? readPointer(item, "/changeType"))
    : [];
  const type = batchType(types);
  // Not every notification has an id, and a request has several notifications.
  return { type, providerEventId: "", readable: type !== "" };
}

/**
 * Microsoft Graph signs nothing: every notification has the `clientState` of its subscription. A request may contain
 * notifications of several applications that share the URL, and anyone can subscribe with our URL: so every notification
 * must have one of the secrets.
 */
export const microsoftGraph: Provider = {
  id: "microsoft_graph",
  name: "Microsoft Graph",
  documentation: "https://learn.microsoft.com/graph/change-notifications-delivery-webhooks",
  recipe: {
    kind: "shared_secret",
    scheme: "microsoft_graph",
    from: { json: "/clientState" },
    each: { items: "/value", itemsMax: 1_000 },
  },
  handshake,
  describe,
  canonical: {},
  // Two changes of a drive have the same bytes, and so do two `missed`.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: 4 * 3_600_000,
    note: "With growing delays for 4 hours; slow endpoints are throttled, then dropped.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^.{1,128}$/su,
    note: "the clientState that the subscription was created with, at most 128 characters",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["created", "updated", "reauthorizationRequired"],

  sample(type, now) {
    const isLifecycle = type === "reauthorizationRequired";
    const item = {
      subscriptionId: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
      subscriptionExpirationDateTime: new Date(now.getTime() + 3_600_000).toISOString(),
      ...(isLifecycle ? { lifecycleEvent: type } : { changeType: type }),
      resource: "Users/1/Messages/2",
      tenantId: "84bd8158-6d4d-4958-8b9f-9d6445542f95",
    };
    return { body: JSON.stringify({ value: [item] }), contentType: "application/json" };
  },
};
