import {
  type MacRecipe,
  memberNames,
  readJson,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { DAY_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/** HubSpot decodes the escapes of these characters, and no others, in the URL before it signs. */
const DECODED = ":/?@!$'()*,;";

/**
 * The first two versions are digests that start with the secret: with one request, an attacker can append to the body (which
 * is then not JSON), or send it again forever, because no time is signed.
 */
function older(scheme: string, signed: MacRecipe["signed"]): MacRecipe {
  return {
    kind: "hash",
    scheme,
    signature: { header: "x-hubspot-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["secret", ...signed],
  };
}

/** HubSpot, which still sends the signatures of older versions with the third. */
export const hubspot: Provider = {
  id: "hubspot",
  name: "HubSpot",
  documentation:
    "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
  recipe: {
    kind: "hmac",
    scheme: "hubspot",
    signature: { header: "x-hubspot-signature-v3" },
    digest: "sha256",
    encoding: "base64",
    signed: ["method", { urlDecoding: DECODED }, "body", "timestamp"],
    timestamp: {
      from: { header: "x-hubspot-request-timestamp" },
      unit: "ms",
      pastSecondsMax: 300,
      // The documentation refuses only stale requests, as does HubSpot's package.
      futureSecondsMax: 300,
    },
  },
  alternatives: [older("hubspot_v2", ["method", "url", "body"]), older("hubspot_v1", ["body"])],
  // A workflow's webhook can be a GET: https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows
  methods: ["POST", "GET"],
  describe,
  canonical: {},
  // A retry counts `attemptNumber` in the signed body, so no body tells. Requests of workflows are the object as it is.
  identity: { bodiesDiffer: false },
  // https://developers.hubspot.com/docs/api-reference/latest/error-handling
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    // Of workflows: https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows
    horizonMs: 3 * 86_400_000,
    note:
      "An app's events up to ten times within 24 hours, with random delays; attemptNumber in each event counts them. A " +
      "workflow's for three days, unless answered with a 4xx other than 429.",
    givesUpAfterMs: DAY_MS,
    source: "https://developers.hubspot.com/docs/api-reference/latest/error-handling",
  },
  needsPublicUrl: true,
  secretHint: {
    pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    note: "the app's client secret, in the form of a UUID",
    trial: (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5"),
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["contact.creation", "contact.propertyChange", "deal.deletion", "workflow"],

  sample(type, now) {
    if (type === "workflow") {
      const object = { portalId: 62_515, objectType: "DEAL", objectTypeId: "0-3", objectId: 123 };
      const body = JSON.stringify({
        ...object,
        properties: { amount: { value: "49" } },
        version: 3,
      });
      return { body, contentType: "application/json" };
    }
    const event = {
      eventId: 1,
      subscriptionId: 12_345,
      portalId: 62_515,
      appId: 54_321,
      occurredAt: now.getTime(),
      subscriptionType: type,
      attemptNumber: 0,
      objectId: 123,
      changeSource: "CRM",
    };
    return { body: JSON.stringify([event]), contentType: "application/json" };
  },
};

/** What the id of an event is made of. An association, which has two objects, has no id. */
const ID_PARTS = ["portalId", "subscriptionId", "eventId", "objectId", "occurredAt"];

/**
 * Up to 100 events at once. The documentation says that `eventId` is not unique: with the subscription, the object and the
 * time in milliseconds it is, for the only event of a request. What comes with others may come with others again, so it has no
 * id. A workflow sends its object as it is, or what was written in it, or nothing with a GET: it has no type, so all are
 * `workflow`.
 */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const events = [json].flat();
  const own = batchType(events.map((event) => readPointer(event, "/subscriptionType")));
  const isOfWorkflow = request.method === "GET" || memberNames(json).length > 0;
  const type = own === "" && isOfWorkflow ? "workflow" : own;
  return { type, providerEventId: own === "" ? "" : idOf(events), readable: type !== "" };
}

function idOf([event, ...others]: readonly unknown[]): string {
  const parts = ID_PARTS.map((name) => scalarText(readPointer(event, `/${name}`)) ?? "");
  const isWhole = parts.every((part) => part !== "") && others.length === 0;
  const property = scalarText(readPointer(event, "/propertyName")) ?? "";
  return isWhole ? [...parts, property].join(":") : "";
}
