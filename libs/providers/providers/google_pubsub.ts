import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import type { Provider, ProviderDescription } from "../provider.ts";

/** With payload unwrapping and written metadata, the body is the message's data alone, and its id is here. */
const ID_HEADER = "x-goog-pubsub-message-id";

/**
 * A push subscription of Google Cloud Pub/Sub with authentication. Google signs a token for a service account, with keys that
 * it publishes and replaces; it says who pushes and to which audience, and nothing about the body. Anybody's service account
 * gets tokens that are signed with the same keys, for any audience: the source names those that push to it.
 */
export const googlePubsub: Provider = {
  id: "google_pubsub",
  name: "Google Cloud Pub/Sub",
  documentation: "https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
  recipe: {
    kind: "jwt",
    scheme: "google_pubsub",
    token: { header: "authorization" },
    prefix: "Bearer ",
    algorithm: "RS256",
    bodyDigest: null,
    // A token is valid for an hour. Google's libraries allow for five minutes between clocks.
    issuedAt: { pastSecondsMax: 3_600 + 300, futureSecondsMax: 300 },
    expiry: { pastSecondsMax: 300 },
    claims: {
      iss: ["https://accounts.google.com", "accounts.google.com"],
      aud: { setting: "audience" },
      email_verified: ["true"],
    },
    // `jwks_uri` of https://accounts.google.com/.well-known/openid-configuration
    keySet: { url: "https://www.googleapis.com/oauth2/v3/certs", identity: "/email" },
  },
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://docs.cloud.google.com/pubsub/quotas#resource_limits: a message has up to 10 MB, which are sent in base64, and 100
  // attributes.
  bodyBytesMax: 14 * 1024 * 1024,
  // https://docs.cloud.google.com/pubsub/docs/push: the subscription's deadline for acknowledging, 10 s unless it says otherwise.
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    // https://docs.cloud.google.com/pubsub/docs/subscription-message-retention
    horizonMs: 7 * 86_400_000,
    note:
      "At growing intervals until answered 102, 200, 201, 202 or 204, for as long as the subscription keeps messages: " +
      "7 days unless it says otherwise, 31 at most. With a dead-letter topic the body counts the attempts, so that a " +
      "repetition is another event.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[^\s@]+@[^\s@]+$/,
    note: "the email address of the service account that the push subscription names",
    trial: (hex) => `${hex}@example.com`,
  },
  settings: [
    {
      name: "serviceAccounts",
      required: true,
      secret: false,
      note:
        'the service account of each push subscription, such as ["push@project.iam.gserviceaccount.com"]: the token proves ' +
        "only that Google made it, for whichever account",
    },
    {
      name: "audience",
      required: true,
      secret: false,
      note: "the audience of the push subscription: its endpoint's URL, unless it names another",
    },
  ],
  secretsSetting: "serviceAccounts",
  evidence: ["formula"],
  sampleTypes: ["message", "OBJECT_FINALIZE"],

  sample(type, now) {
    const id = String(now.getTime());
    const data = Buffer.from('{"example":true}').toString("base64");
    const body = JSON.stringify({
      message: {
        ...(type !== "message" && { attributes: { eventType: type } }),
        data,
        messageId: id,
        message_id: id,
        publishTime: now.toISOString(),
        publish_time: now.toISOString(),
      },
      subscription: "projects/example/subscriptions/hookgate",
    });
    return { body, contentType: "application/json" };
  },
};

/** A message has no type: Cloud Storage and others write theirs into the attribute `eventType`. */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const id = textAt(json, "/message/messageId");
  if (id !== "") {
    const type = textAt(json, "/message/attributes/eventType") || "message";
    return { type, providerEventId: id, readable: true };
  }
  const [own = ""] = request.headers(ID_HEADER);
  return { type: "message", providerEventId: own, readable: true, idAt: { header: ID_HEADER } };
}

function textAt(json: unknown, pointer: string): string {
  return scalarText(readPointer(json, pointer)) ?? "";
}
