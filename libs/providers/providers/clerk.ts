import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** Clerk sends through Svix. */
export const clerk = namedStandardWebhooks({
  id: "clerk",
  name: "Clerk",
  documentation: "https://clerk.com/docs/webhooks/overview",
  family: "svix",
  // https://docs.svix.com/retries
  ackDeadlineMs: 15_000,
  retries: {
    automatic: true,
    horizonMs: 28 * 3_600_000,
    note: "On Svix's schedule: after 5 seconds, 5 and 30 minutes, 2, 5, 10 and 10 hours; also by hand.",
    waitsMs: [
      5 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      10 * HOUR_MS,
    ],
    switchesOff: { afterMs: 5 * DAY_MS, how: "disabled" },
    source: "https://docs.svix.com/retries",
  },
  sampleTypes: ["user.created", "user.updated", "session.created"],

  body(type, now) {
    const [object = ""] = type.split(".");
    return {
      data: { id: `${object}_29w83sxmDNGwOuEthce5gg56FcC`, object, created_at: now.getTime() },
      event_attributes: { http_request: { client_ip: "203.0.113.7", user_agent: "Mozilla/5.0" } },
      instance_id: "ins_123",
      object: "event",
      timestamp: now.getTime(),
      type,
    };
  },
});
