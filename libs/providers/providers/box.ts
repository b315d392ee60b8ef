import type { Provider } from "../provider.ts";

/**
 * Box signs the body, followed by the time of delivery, with each of two keys: one can be changed while the other stays
 * valid, so both are secrets of the source. Its documentation refuses only stale requests, its newest package also one
 * that is a second ahead. Here the tolerance is the same both ways, so that our clock may be a little slow.
 */
export const box: Provider = {
  id: "box",
  name: "Box",
  documentation: "https://developer.box.com/guides/webhooks/v2/signatures-v2/",
  recipe: {
    kind: "hmac",
    scheme: "box",
    signature: [{ header: "box-signature-primary" }, { header: "box-signature-secondary" }],
    digest: "sha256",
    encoding: "base64",
    signed: ["body", "timestamp"],
    timestamp: {
      from: { header: "box-delivery-timestamp" },
      unit: "iso",
      pastSecondsMax: 600,
      futureSecondsMax: 600,
    },
  },
  // The header `box-delivery-id` is not signed.
  describe: { type: { json: "/trigger" }, id: { json: "/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 30_000,
  // https://developer.box.com/guides/webhooks/v2/
  retries: {
    automatic: true,
    horizonMs: 2 * 3_600_000,
    note: "Up to twelve times within two hours, unless answered with a 2xx; Box may change both numbers.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S+$/,
    note: "the application's primary and secondary signature keys, a secret each",
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["FILE.UPLOADED", "FILE.DOWNLOADED", "FOLDER.CREATED", "COMMENT.CREATED"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      type: "webhook_event",
      id: `00000000-0000-4000-8000-${number}`,
      created_at: now.toISOString(),
      trigger: type,
      webhook: { id: "1234567890", type: "webhook" },
      created_by: { type: "user", id: "755492", name: "Ada Example" },
      source: { id: "1234567890", type: "file", name: "Test.txt" },
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "box-delivery-id": `00000000-0000-4000-9000-${number}`,
        "box-signature-version": "1",
        "box-signature-algorithm": "HmacSHA256",
      },
    };
  },
};
