import type { Provider } from "../provider.ts";

/**
 * DocuSign Connect signs the body with each of the account's keys, up to 100, in headers numbered from 1; a source needs one
 * of them. No time is signed and there is no id: a retry has a counter in the body.
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
  describe: { type: { json: "/event" }, id: null },
  canonical: {},
  // No statement on the largest body was found: with documents in it (`includeDocuments`) raise the source's `bodyBytesMax`.
  identity: { bodiesDiffer: [{ json: "/generatedDateTime" }] },
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
