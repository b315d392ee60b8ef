import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/**
 * Figma sends the webhook's passcode in the body: it proves who sent the request, but nothing about the rest. Creating a
 * webhook sends an event of its own, `PING`.
 */
export const figma: Provider = {
  id: "figma",
  name: "Figma",
  documentation: "https://developers.figma.com/docs/rest-api/webhooks-security",
  recipe: { kind: "shared_secret", scheme: "figma", from: { json: "/passcode" } },
  describe: { type: { json: "/event_type" }, id: null },
  canonical: {},
  // Times are in seconds.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // We have not read it in Figma's own words: https://developers.figma.com/docs/rest-api/webhooks/
  retries: {
    automatic: true,
    horizonMs: 4 * 3_600_000,
    note: "Three times, after 5 minutes, 30 minutes and 3 hours, unless answered 200. It never disables a webhook.",
    waitsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 3 * HOUR_MS],
    source: "https://developers.figma.com/docs/rest-api/webhooks/",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the passcode that the webhook was created with, at most 100 characters",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["FILE_UPDATE", "FILE_COMMENT", "PING"],

  sample(type, now) {
    const body = JSON.stringify({
      event_type: type,
      file_key: "zH8aHoLIaTTwwcWeAhVAr2",
      file_name: "Course design",
      passcode: "",
      timestamp: now.toISOString(),
      webhook_id: "22",
    });
    return { body, contentType: "application/json" };
  },
};
