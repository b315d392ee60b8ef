import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import type { Provider } from "./provider.ts";

/**
 * DocuSign Connect signs the body once with each of the account's keys, up to a hundred of them: the signatures stand in
 * headers that are numbered from 1, in no promised order, and one that matches will do. Only the JSON formats are read;
 * the older XML verifies as well, and has no type.
 */
export const docusign: Provider = {
  id: "docusign",
  name: "DocuSign Connect",
  documentation: "https://developers.docusign.com/platform/webhooks/connect/validate",
  recipe: {
    kind: "hmac",
    scheme: "docusign",
    signature: { numbered: "x-docusign-signature-", max: 100 },
    digest: "sha256",
    encoding: "base64",
    // The key's text as it is shown, although it looks like base64.
    key: "utf8",
    signed: ["body"],
  },
  // A message names an envelope, and not itself: an envelope sends the same event several times.
  describe: { type: { json: "/event" }, id: null },
  canonical: {},
  dedupeCovered: false,
  credentialHeaders: COMMON_CREDENTIAL_HEADERS,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "The body counts the retries as retryCount, so a retry is no duplicate by its bytes.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S+$/,
    note: "a Connect key, shown in full only once; include HMAC signature has to be ticked as well",
  },
  evidence: ["formula"],
  sampleTypes: ["envelope-sent", "envelope-completed", "recipient-completed"],

  sample(type, now) {
    const accountId = "00000000-0000-4000-8000-000000000001";
    const envelopeId = "00000000-0000-4000-8000-000000000002";
    const body = JSON.stringify({
      event: type,
      apiVersion: "v2.1",
      uri: `/restapi/v2.1/accounts/${accountId}/envelopes/${envelopeId}`,
      retryCount: 0,
      configurationId: 1,
      generatedDateTime: now.toISOString(),
      data: { accountId, userId: "00000000-0000-4000-8000-000000000003", envelopeId },
    });
    return { body, contentType: "application/json; charset=utf-8" };
  },
};
