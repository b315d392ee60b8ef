import { readPlace } from "@hookgate/signature";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import { type Handshake, refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

const HEADER = "x-adobesign-clientid";
const CLIENT_ID = /^[A-Za-z0-9._~+/=-]{1,200}$/;

/** GET with the application's id before a webhook is registered: it is returned in the same header. */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request) {
    const id = readPlace({ request }, { header: HEADER });
    if (request.method !== "GET" || id === undefined) return null;
    if (id === null || !CLIENT_ID.test(id)) {
      return refuseHandshake(400, "the id does not have the form of Adobe's");
    }
    return { status: 200, headers: { [HEADER]: id }, body: "" };
  },

  sample(challenge, { url }) {
    return { method: "GET", url, headers: { [HEADER]: challenge }, body: new Uint8Array() };
  },
};

/**
 * Adobe Acrobat Sign signs nothing: it sends the id of the application that registered the webhook, and wants it back with
 * every answer. The id is all that proves who sent the request, so treat it as a secret, or have a proxy check Adobe's client
 * certificate.
 */
export const adobeSign: Provider = {
  id: "adobe_sign",
  name: "Adobe Acrobat Sign",
  documentation: "https://developer.adobe.com/acrobat-sign/docs/overview/acrobat_sign_events/",
  recipe: { kind: "shared_secret", scheme: "adobe_sign", from: { header: HEADER } },
  handshake,
  describe: { type: { json: "/event" }, id: { json: "/webhookNotificationId" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ownResponse: { status: 200, contentType: "text/plain; charset=utf-8", body: "", echo: HEADER },
  // https://developer.adobe.com/acrobat-sign/docs/overview/acrobat_sign_events/webhookpayloadoverview
  bodyBytesMax: 10 * 1024 * 1024,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 72 * HOUR_MS,
    note:
      "Until answered 2xx with the application's id: fifteen times within 72 hours, at doubled intervals of at most 12 hours; " +
      "then the webhook is disabled, and what happens until it is enabled again is never sent.",
    waitsMs: [
      30 * SECOND_MS,
      ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((minutes) => minutes * MINUTE_MS),
    ],
    everyMs: 12 * HOUR_MS,
    switchesOff: { afterMs: 72 * HOUR_MS, how: "disabled" },
    source: "https://developer.adobe.com/acrobat-sign/docs/overview/acrobat_sign_events/",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: CLIENT_ID,
    note: "the id of the application that registers the webhook (X-AdobeSign-ClientId)",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["AGREEMENT_CREATED", "AGREEMENT_WORKFLOW_COMPLETED", "AGREEMENT_ACTION_COMPLETED"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      webhookId: "d8d7e5a3-3b0f-4f36-8a3e-9c1a1c2f7d11",
      webhookName: "Academy",
      webhookNotificationId: `00000000-0000-4000-8000-${number}`,
      event: type,
      eventDate: now.toISOString(),
      eventResourceType: "agreement",
      agreement: {
        id: "CBJCHBCAABAAo6bCY2gFvzlhqdC1UEOwCmdPO0vFxKLA",
        status: "OUT_FOR_SIGNATURE",
      },
    });
    return { body, contentType: "application/json" };
  },
};
