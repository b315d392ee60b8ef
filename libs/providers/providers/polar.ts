import { namedStandardWebhooks } from "../named_standard_webhooks.ts";
import type { Provider } from "../provider.ts";
import { symmetric } from "./standard_webhooks.ts";

const named = namedStandardWebhooks({
  id: "polar",
  name: "Polar",
  documentation: "https://polar.sh/docs/integrate/webhooks/delivery",
  family: "webhook",
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Up to ten times with growing delays; ten failures in a row disable the endpoint.",
    switchesOff: { failures: 10, how: "disabled" },
    source: "https://polar.sh/docs/integrate/webhooks/delivery",
  },
  secretHint: { pattern: null, note: "the endpoint's secret, as generated or entered there" },
  sampleTypes: ["order.created", "subscription.active", "checkout.updated"],

  body(type, now) {
    return {
      type,
      timestamp: now.toISOString(),
      data: { id: "992fae2a-2a17-4b7a-8d9e-e287cf90131b", status: "paid", total_amount: 4_900 },
    };
  },
});

/**
 * Secrets that Polar has generated since 8 September 2026 are read as the specification says. The key of older ones, and of
 * those that were entered, is their text: they may begin with `whsec_`, too, so what they look like does not tell.
 * `server/polar/webhook/tasks.py` of polarsource/polar (https://github.com/polarsource/polar/pull/14117).
 */
export const polar: Provider = {
  ...named,
  recipe: {
    kind: "any",
    scheme: "polar",
    recipes: [
      symmetric("polar_standard", "webhook"),
      { ...symmetric("polar_text_key", "webhook"), key: "utf8" },
    ],
  },
};
