import {
  readJson,
  readPlace,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { type Handshake, refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

const HEADER = "validation-token";
const TOKEN = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/** Sent without a body when a subscription is created or renewed: the token is returned in the same header. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer(request) {
    const token = readPlace({ request }, { header: HEADER });
    if (request.method !== "POST" || token === undefined || request.body.length > 0) return null;
    if (token === null || !TOKEN.test(token)) {
      return refuseHandshake(400, "the token does not have the form of RingCentral's");
    }
    return { status: 200, headers: { [HEADER]: token }, body: "" };
  },

  sample(challenge, { url }) {
    return { method: "POST", url, headers: { [HEADER]: challenge }, body: new Uint8Array() };
  },
};

/**
 * RingCentral signs nothing: it sends the subscription's verification token, which proves nothing about the body. Its packages
 * and https://developers.ringcentral.com/guide/team-messaging/events/outgoing-webhooks name it so; the guide below has an
 * example with `validationToken`, which none of the packages know.
 */
export const ringcentral: Provider = {
  id: "ringcentral",
  name: "RingCentral",
  documentation: "https://developers.ringcentral.com/guide/notifications/webhooks/receiving",
  recipe: {
    kind: "shared_secret",
    scheme: "ringcentral",
    from: { header: "verification-token" },
  },
  handshake,
  /** The event filter with `~` for the numbers of account and extension, so that a subscription can name it. */
  describe(request: SignedRequest) {
    const body = readJson({ request });
    const event = scalarText(readPointer(body, "/event")) ?? "";
    const [path = ""] = event.split("?");
    const id = scalarText(readPointer(body, "/uuid")) ?? "";
    return {
      type: path.replace(/(?<=\/(?:account|extension)\/)\d+(?=\/|$)/g, "~"),
      providerEventId: id,
      readable: event !== "",
    };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "No statement was found. A subscription whose deliveries keep failing is suspended for good (Blacklisted).",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "verificationToken of the subscription's deliveryMode" },
  evidence: ["shared_secret"],
  sampleTypes: [
    "/restapi/v1.0/account/~/extension/~/message-store",
    "/restapi/v1.0/account/~/telephony/sessions",
  ],

  sample(type, now) {
    const body = JSON.stringify({
      uuid: now.getTime().toString().padStart(19, "0"),
      event: type
        .replace("/account/~", "/account/37439510")
        .replace("/extension/~", "/extension/4711"),
      timestamp: now.toISOString(),
      subscriptionId: "1423e408-e25c-4421-8dd1-5f754e2f5648",
      ownerId: "4711",
      body: { extensionId: 4711 },
    });
    return { body, contentType: "application/json; charset=UTF-8" };
  },
};
