import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "qbo.payment.created.v1": "payment.success",
  "qbo.salesreceipt.created.v1": "payment.success",
  "qbo.refundreceipt.created.v1": "payment.refunded",
  "Payment.Create": "payment.success",
  "SalesReceipt.Create": "payment.success",
  "RefundReceipt.Create": "payment.refunded",
} as const;

/**
 * Intuit (QuickBooks Online) sends a list of CloudEvents, or, until an app was migrated in 2026, its own
 * `eventNotifications`. A request contains the events of several minutes: it has their type if that is the same for all,
 * else `mixed`.
 */
export const intuit: Provider = {
  id: "intuit",
  name: "Intuit QuickBooks",
  documentation:
    "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications",
  recipe: {
    kind: "hmac",
    scheme: "intuit",
    signature: { header: "intuit-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  // Older webhooks only name what changed and the second, in which it may change again.
  identity: { bodiesDiffer: [{ json: "/0/id" }] },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "After 0, 10, 20 and 30 seconds, 5 and 20 minutes, 2 and 4 hours, then every 6 hours; it may send nothing " +
      "else meanwhile. Only 200 counts as received.",
    waitsMs: [
      0,
      10 * SECOND_MS,
      20 * SECOND_MS,
      30 * SECOND_MS,
      5 * MINUTE_MS,
      20 * MINUTE_MS,
      2 * HOUR_MS,
      4 * HOUR_MS,
    ],
    everyMs: 6 * HOUR_MS,
    source:
      "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the app's verifier token; not its client secret" },
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "qbo.customer.created.v1", "mixed"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const types = own === "mixed" ? ["qbo.payment.created.v1", "qbo.customer.updated.v1"] : [own];
    const [, name, operation] = /^([A-Z]\w*)\.([A-Z]\w*)$/.exec(own) ?? [];
    const lastUpdated = now.toISOString();
    const entities = [{ id: "1", operation, name, lastUpdated }];
    const body =
      name === undefined
        ? types.map((one, index) => cloudEvent(one, { index, now }))
        : { eventNotifications: [{ realmId: "310687", dataChangeEvent: { entities } }] };
    return { body: JSON.stringify(body), contentType: "application/json" };
  },
};

function cloudEvent(type: string, { index, now }: { index: number; now: Date }): object {
  return {
    specversion: "1.0",
    id: `00000000-0000-4000-800${index}-${now.getTime().toString().padStart(12, "0")}`,
    source: "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
    type,
    datacontenttype: "application/json",
    time: now.toISOString(),
    intuitentityid: "1234",
    intuitaccountid: "310687",
    data: {},
  };
}

function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const types = Array.isArray(body) ? listOf(body).map(cloudEventType) : changeTypes(body);
  const type = batchType(types);
  // No single event identifies a request with several: its duplicates are found by the body's digest.
  const id = types.length === 1 ? readPointer(body, "/0/id") : undefined;
  return { type, providerEventId: typeof id === "string" ? id : "", readable: type !== "" };
}

function cloudEventType(event: unknown): string {
  const type = readPointer(event, "/type");
  return typeof type === "string" ? type : "";
}

function changeTypes(body: unknown): string[] {
  const companies = listOf(readPointer(body, "/eventNotifications"));
  const entities = companies.flatMap((company) =>
    listOf(readPointer(company, "/dataChangeEvent/entities")),
  );
  return entities.map((entity) => {
    const parts = [readPointer(entity, "/name"), readPointer(entity, "/operation")];
    return parts.every((part) => typeof part === "string" && part !== "") ? parts.join(".") : "";
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= BATCH_EVENTS_MAX ? value : [];
}
