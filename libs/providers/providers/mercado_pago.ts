import {
  type MacRecipe,
  readJson,
  readPlace,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const ID = { query: "data.id" } as const;
const REQUEST_ID = { header: "x-request-id" } as const;
const DAY_S = 86_400;

const RULE = {
  type: [
    { json: "/action" },
    { json: "/type" },
    { json: "/topic" },
    { query: "type" },
    { query: "topic" },
  ],
  id: { json: "/id" },
} as const;

/** `id:…;request-id:…;ts:…;`; what the request does not have is left out. */
function manifest(scheme: string, spell: (id: string) => string): MacRecipe {
  return {
    kind: "hmac",
    scheme,
    signature: { header: "x-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    signed: [
      {
        compute(request: SignedRequest) {
          const id = readPlace({ request }, ID);
          const requestId = readPlace({ request }, REQUEST_ID);
          // Two of a kind: the one who added the second must not choose which one counts.
          if (id === null || requestId === null) return null;
          const parts = [id && `id:${spell(id)};`, requestId && `request-id:${requestId};`];
          return [Buffer.from(parts.filter(Boolean).join(""))];
        },
        covers: (place) =>
          [ID, REQUEST_ID].some((own) => JSON.stringify(own) === JSON.stringify(place)),
      },
      { literal: "ts:" },
      "timestamp",
      { literal: ";" },
    ],
    // The official package reads seconds, the documentation's examples have milliseconds. The tolerance is left to the
    // receiver, failed notifications are sent again for days, and whether they are signed anew is not documented.
    timestamp: {
      from: { pair: "ts" },
      unit: "unix",
      pastSecondsMax: 15 * DAY_S,
      futureSecondsMax: 300,
    },
    coversBody: false,
  };
}

/**
 * Mercado Pago signs the id in the URL, the request's id and the time, but not the body: only `data.id` of the URL is proven,
 * and the rest must be asked for at its API. Orders of QR codes and of Point are signed so, too, with the application's secret.
 * Older notifications (IPN), such as a QR code's `merchant_order`, have a signature that no secret of ours is for: with
 * `mercado_pago_url` their URL has a secret.
 */
export const mercadoPago: Provider = {
  id: "mercado_pago",
  name: "Mercado Pago",
  documentation:
    "https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks",
  recipe: {
    kind: "any",
    scheme: "mercado_pago",
    recipes: [
      // The documentation says that letters of the id are signed in lower case; the official package signs them as sent.
      manifest("mercado_pago_as_sent", (id) => id),
      manifest("mercado_pago_lower_case", (id) => id.toLowerCase()),
    ],
  },
  alternatives: [{ kind: "shared_secret", scheme: "mercado_pago_url", from: { query: "token" } }],
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://www.mercadopago.com.ar/developers/en/guides/notifications/webhooks/
  ackDeadlineMs: 22_000,
  retries: {
    automatic: true,
    horizonMs: 4 * DAY_S * 1_000,
    note:
      "Five times, the last four days after the first, until answered 200 or 201; it waits 22 seconds for the first answer, " +
      "and five for each other.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note:
      "the secret signature, shown at the application's webhooks (Tus integraciones); with mercado_pago_url, " +
      "?token= of the notification URL",
  },
  evidence: ["sdk", "formula", "shared_secret"],
  sampleTypes: ["payment.created", "payment.updated", "subscription_preapproval.updated"],

  sample(type, now) {
    const [object = ""] = type.split(".");
    const body = JSON.stringify({
      id: now.getTime(),
      live_mode: true,
      type: object,
      date_created: now.toISOString(),
      user_id: 44444,
      api_version: "v1",
      action: object === "payment" ? type : type.slice(object.length + 1),
      data: { id: "999999999" },
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "x-request-id": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      },
    };
  },

  schemeSamples: {
    // https://www.mercadopago.com.br/developers/en/docs/qr-code/additional-content/your-integrations/notifications/ipn
    mercado_pago_url: (type, now) => ({
      body: JSON.stringify({
        resource: `https://api.mercadolibre.com/merchant_orders/${now.getTime()}`,
        topic: type,
      }),
      contentType: "application/json",
    }),
  },
};

/** `payment.created`; an action that does not name its object, such as a subscription's `updated`, follows its topic. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const text = (pointer: string) => scalarText(readPointer(readJson({ request }), pointer)) ?? "";
  const [action, topic] = [text("/action"), text("/type")];
  if (action === "" || topic === "" || action.includes(".")) return own;
  return { ...own, type: `${topic}.${action}` };
}
