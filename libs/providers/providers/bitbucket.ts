import type { Handshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/**
 * Data Center's "Test connection": not signed, though the webhook has a secret, and there is nothing in it to keep. We found no
 * statement on its body, and receivers' tests differ, so only the header counts.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer({ method, headers }) {
    const [key, ...others] = headers("x-event-key");
    const isSigned = headers("x-hub-signature").length > 0;
    const isTest = key === "diagnostics:ping" && others.length === 0;
    return method === "POST" && isTest && !isSigned ? { status: 200, headers: {}, body: "" } : null;
  },

  // It has no challenge.
  sample(_challenge, { url }) {
    const headers = { "content-type": "application/json", "x-event-key": "diagnostics:ping" };
    return { method: "POST", url, headers, body: Buffer.from('{"test":true}') };
  },
};

/**
 * Bitbucket Cloud, and Data Center, which uses another header for the request's id. Only the body is signed: the event's
 * key and the request's id are headers that anyone could change. The digest is SHA-256, though elsewhere a header of this
 * name means SHA-1.
 */
export const bitbucket: Provider = {
  id: "bitbucket",
  name: "Bitbucket",
  documentation: "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "bitbucket",
    signature: { header: "x-hub-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  handshake,
  describe: {
    type: { header: "x-event-key" },
    id: [{ header: "x-request-uuid" }, { header: "x-request-id" }],
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Up to two retries after a 5xx; X-Attempt-Number counts. By hand from the request history.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "any text, as entered or generated at the webhook's settings",
  },
  evidence: ["formula"],
  sampleTypes: ["repo:push", "pullrequest:created", "pullrequest:fulfilled"],

  sample(type, now) {
    const body = JSON.stringify({
      actor: { type: "user", display_name: "Ada Example", nickname: "ada" },
      repository: { type: "repository", name: "hello", full_name: "acme/hello" },
      date: now.toISOString(),
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "x-event-key": type,
        "x-request-uuid": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
        "x-hook-uuid": "00000000-0000-4000-a000-000000000001",
        "x-attempt-number": "1",
        "user-agent": "Bitbucket-Webhooks/2.0",
      },
    };
  },
};
