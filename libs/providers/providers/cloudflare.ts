import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/**
 * Cloudflare's notifications send the webhook's secret in a header, which proves nothing about the body. Cloudflare Stream
 * signs instead: `cloudflare_stream`.
 */
export const cloudflare: Provider = {
  id: "cloudflare",
  name: "Cloudflare",
  documentation: "https://developers.cloudflare.com/notifications/get-started/configure-webhooks/",
  recipe: {
    kind: "shared_secret",
    scheme: "cloudflare",
    from: { header: "cf-webhook-auth" },
  },
  alternatives: [
    {
      // https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/
      kind: "hmac",
      scheme: "cloudflare_stream",
      signature: { header: "webhook-signature" },
      format: { kind: "pairs", delimiter: ",", key: "sig1" },
      digest: "sha256",
      encoding: "hex",
      signed: ["timestamp", { literal: "." }, "body"],
      // The documentation leaves the tolerance to the receiver.
      timestamp: { from: { pair: "time" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
    },
  ],
  /**
   * The alert's type; of Stream Live, which has none, the input's event; for Stream the state of the video; `test` for the
   * message that saving a webhook sends, which is a text and nothing else.
   */
  describe(request: SignedRequest) {
    const body = readJson({ request });
    const text = (pointer: string) => scalarText(readPointer(body, pointer)) ?? "";
    const isTest = text("/text") !== "" && readPointer(body, "/data") === undefined;
    const own = text("/alert_type") || text("/data/event_type") || text("/status/state");
    const type = own || (isTest ? "test" : "");
    return { type, providerEventId: "", readable: type !== "" };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The pages on notifications name neither retries nor a largest body; the notification history shows what failed.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the secret, as entered at the notification's webhook" },
  evidence: ["shared_secret", "formula"],
  sampleTypes: ["health_check_status_notification", "universal_ssl_event_type", "test"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const content = {
      name: "Academy",
      data: { status: "Unhealthy" },
      ts: seconds,
      account_id: "023e105f4ecef8ad9ca31a8372d0c353",
      policy_id: "0da2b59ef118439d8097bdfb215203c9",
      policy_name: "Origin",
      alert_type: type,
    };
    const body = JSON.stringify({ text: "Example", ...(type === "test" ? {} : content) });
    return { body, contentType: "application/json" };
  },
};
