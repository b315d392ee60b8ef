import {
  memberNames,
  readJson,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  successful_payment_notification: "payment.success",
  failed_payment_notification: "payment.failed",
  successful_refund_notification: "payment.refunded",
  new_subscription_notification: "subscription.created",
  canceled_subscription_notification: "subscription.cancelled",
} as const;

/**
 * Recurly signs the time and the body of JSON notifications; XML is not signed. For 24 hours after a secret is regenerated
 * there are two signatures.
 */
export const recurly: Provider = {
  id: "recurly",
  name: "Recurly",
  documentation: "https://docs.recurly.com/recurly-subscriptions/docs/signature-verification",
  recipe: {
    kind: "hmac",
    scheme: "recurly",
    signature: { header: "recurly-signature" },
    format: { kind: "timed_list", delimiter: "," },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    // The documentation says milliseconds and so does the Ruby client, whose tolerance this is; the example has seconds.
    // No statement was found on whether a retry has its own time.
    timestamp: { from: { pair: "t" }, unit: "unix", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  // https://docs.recurly.com/docs/overview-webhooks
  ackDeadlineMs: 5_000,
  // https://docs.recurly.com/recurly-subscriptions/docs/automatic-retries
  retries: {
    automatic: true,
    horizonMs: 73 * 3_600_000,
    note:
      "Ten times, about 10 + x · 2^(x + 5) seconds apart for x from 0, so for three days, until answered 2xx; " +
      "notifications are shown for 15 days.",
    waitsMs: [
      10 * SECOND_MS,
      74 * SECOND_MS,
      266 * SECOND_MS,
      778 * SECOND_MS,
      2_058 * SECOND_MS,
      5_130 * SECOND_MS,
      12_298 * SECOND_MS,
      28_682 * SECOND_MS,
      65_546 * SECOND_MS,
      147_466 * SECOND_MS,
    ],
    source: "https://docs.recurly.com/recurly-subscriptions/docs/automatic-retries",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the endpoint's secret key, on the page Webhook Endpoints" },
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "account.created"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [object = "", action] = own.split(".");
    const account = { account_code: "1", email: "student@example.com" };
    const body =
      action === undefined
        ? { [own]: { account, subscription: { uuid: "8435b96eb70e5640a0eaf82d0e0d6d" } } }
        : {
            id: "rjxwmwedwqug",
            object_type: object,
            site_id: "qc326l1hl8k9",
            event_type: action,
            event_time: now.toISOString(),
            account_code: "1",
          };
    return { body: JSON.stringify(body), contentType: "application/json" };
  },
};

/** `account.created`, or the name of a classic notification, which is its only member. Neither has an id of the event. */
function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const text = (name: string) => scalarText(readPointer(body, `/${name}`)) ?? "";
  const [object, action] = [text("object_type"), text("event_type")];
  const [name = "", ...others] = memberNames(body);
  const classic = others.length === 0 ? name : "";
  const type = object !== "" && action !== "" ? `${object}.${action}` : classic;
  return { type, providerEventId: "", readable: type !== "" };
}
