import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import type { Provider, ProviderDescription } from "../provider.ts";

/**
 * DocuSign Connect signs the body with each of the account's keys, up to 100, in headers numbered from 1; a source needs one
 * of them. No time is signed, and a retry has a counter in the body, so no body tells events apart.
 */
export const docusign: Provider = {
  id: "docusign",
  name: "DocuSign Connect",
  documentation: "https://developers.docusign.com/platform/webhooks/connect/validate/",
  recipe: {
    kind: "hmac",
    scheme: "docusign",
    signature: { numbered: "x-docusign-signature-", max: 100 },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  // Connect's older XML format has no type here: choose JSON in the Connect configuration.
  describe,
  canonical: {},
  // No statement on the largest body was found: with documents in it (`includeDocuments`) raise the source's `bodyBytesMax`.
  identity: { bodiesDiffer: false },
  // The official packages' ConnectCustomConfiguration, `requiresAcknowledgement`. The horizon is how long the log is kept:
  // https://developers.docusign.com/docs/esign-rest-api/reference/connect/connectevents/
  ackDeadlineMs: 100_000,
  retries: {
    automatic: true,
    horizonMs: 15 * 86_400_000,
    note:
      "Once a day and at most ten times, only if the configuration requires acknowledgement. By hand from the log, " +
      "which is kept for 15 days.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9+/]{43}=$/,
    note: "one of the account's Connect keys, as shown when it was created; its text is the key, not the bytes it encodes in base64",
    trial: (hex) => Buffer.from(hex, "hex").toString("base64"),
  },
  evidence: ["formula"],
  sampleTypes: ["envelope-sent", "envelope-completed", "recipient-completed"],

  sample(type, now) {
    const account = "00000000-0000-4000-8000-000000000001";
    const envelope = "00000000-0000-4000-9000-000000000002";
    const body = JSON.stringify({
      event: type,
      apiVersion: "v2.1",
      uri: `/restapi/v2.1/accounts/${account}/envelopes/${envelope}`,
      retryCount: 0,
      configurationId: 10_418_598,
      generatedDateTime: now.toISOString(),
      data: { accountId: account, userId: account, envelopeId: envelope },
    });
    return {
      body,
      contentType: "application/json; charset=utf-8",
      headers: { "x-authorization-digest": "HMACSHA256", "x-docusign-accountid": account },
    };
  },
};

/** What an event is about, of those parts that it has. */
const ABOUT = ["configurationId", "data/accountId", "data/envelopeId", "data/recipientId"];

/** There is no id: an event is known by its type, by what it is about, and by its time, which has ten millionths of a second. */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const text = (path: string) => scalarText(readPointer(json, `/${path}`)) ?? "";
  const [type, at] = [text("event"), text("generatedDateTime")];
  const isKnown = type !== "" && at !== "" && text("data/envelopeId") !== "";
  const providerEventId = isKnown ? [type, ...ABOUT.map(text), at].join(":") : "";
  return { type, providerEventId, readable: type !== "" };
}
