import { createRequire } from "node:module";
import type { Provider } from "./provider.ts";

/** In alphabetical order. To add a provider, add its file, its test and its id, which is the file's name, here. */
const IDS = [
  "adobe_sign",
  "adyen",
  "adyen_platform",
  "airtable",
  "asana",
  "auth0",
  "authorize_net",
  "aws_sns",
  "bigcommerce",
  "bitbucket",
  "box",
  "braintree",
  "buildkite",
  "calendly",
  "canvas",
  "chargebee",
  "checkout_com",
  "circleci",
  "clerk",
  "cloudevents",
  "cloudflare",
  "coinbase",
  "coinbase_commerce",
  "contentful",
  "discord",
  "docusign",
  "dropbox",
  "dropbox_sign",
  "ebay",
  "event_grid",
  "figma",
  "fitbit",
  "generic",
  "ghost",
  "github",
  "gitlab",
  "gocardless",
  "google_pubsub",
  "hubspot",
  "intercom",
  "intuit",
  "jira",
  "kajabi",
  "klaviyo",
  "learnworlds",
  "lemon_squeezy",
  "line",
  "linear",
  "lithic",
  "mailgun",
  "mandrill",
  "mercado_pago",
  "meta",
  "microsoft_graph",
  "mollie",
  "monday",
  "moodle",
  "mux",
  "netlify",
  "notion",
  "okta",
  "openai",
  "paddle",
  "pagerduty",
  "payfast",
  "paypal",
  "paystack",
  "pipedrive",
  "plaid",
  "polar",
  "postmark",
  "razorpay",
  "recurly",
  "replicate",
  "resend",
  "ringcentral",
  "sanity",
  "sendgrid",
  "sentry",
  "shopify",
  "slack",
  "smartsheet",
  "square",
  "standard_webhooks",
  "strava",
  "stripe",
  "supabase",
  "teachable",
  "telegram",
  "telnyx",
  "thinkific",
  "trello",
  "twilio",
  "twitch",
  "typeform",
  "vercel",
  "wise",
  "woocommerce",
  "workos",
  "x",
  "xero",
  "zendesk",
  "zoom",
] as const;

const require = createRequire(import.meta.url);
const loaded = new Map<string, Provider>();

/** A configuration names few of them, and loading all takes a tenth of a second of every start. */
function load(id: string): Provider {
  const exported: Record<string, unknown> = require(`./providers/${id}.ts`);
  const isProvider = (one: unknown): one is Provider => (one as Partial<Provider>)?.id === id;
  const provider = Object.values(exported).find(isProvider);
  if (provider === undefined)
    throw new TypeError(`Cannot load ${id}: its file exports no provider`);
  loaded.set(id, provider);
  return provider;
}

const byId: Record<string, Provider> = Object.create(null);
for (const id of IDS) {
  Object.defineProperty(byId, id, { enumerable: true, get: () => loaded.get(id) ?? load(id) });
}

/**
 * Every provider, by id; its file is loaded when it is first read. Frozen and without a prototype, so `constructor` is not a
 * provider.
 */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.freeze(byId);
