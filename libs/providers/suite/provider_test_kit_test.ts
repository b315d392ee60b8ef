import type { MacRecipe, Recipe } from "@hookgate/signature";
import type { Provider } from "../provider.ts";
import { generic } from "../providers/generic.ts";
import { checkProvider, NOW } from "./provider_test_kit.ts";

const SECONDS = String(NOW / 1_000);
const HMAC = { kind: "hmac", digest: "sha256", encoding: "hex" } as const;

/** A provider that differs from the generic one in how it signs. */
function made(id: string, recipe: Recipe, content: Partial<Provider> = {}): Provider {
  return {
    ...generic,
    id,
    documentation: "https://example.com/",
    recipe,
    describe: { type: { json: "/type" }, id: { json: "/id" } },
    canonical: { paid: "payment.success" },
    sampleTypes: ["paid", "other"],
    sample(type) {
      const own = type === "payment.success" ? "paid" : type;
      return {
        body: JSON.stringify({ type: own, id: "1", ...BODIES[id] }),
        contentType: "application/json",
      };
    },
    ...content,
  };
}

const ITEM = { ref: "a", amount: 4_900, success: "true", signature: "" };
const BODIES: Readonly<Record<string, object>> = {
  in_body: { signature: { timestamp: SECONDS, token: "t", signature: "" } },
  items: { items: [ITEM, { ...ITEM, ref: "b" }] },
};

// Every kind of recipe passes the battery: what an author runs into is the provider's, not the battery's.
checkProvider(
  made("in_body", {
    ...HMAC,
    scheme: "in_body",
    signature: { json: "/signature/signature" },
    signed: ["timestamp", { json: "/signature/token" }],
    timestamp: {
      from: { json: "/signature/timestamp" },
      unit: "s",
      pastSecondsMax: 600,
      futureSecondsMax: null,
    },
    coversBody: false,
  }),
);
checkProvider(
  made("items", {
    ...HMAC,
    kind: "items",
    scheme: "items",
    items: "/items",
    itemsMax: 10,
    signature: "/signature",
    fields: ["/ref", "/amount", "/success"],
    separator: ":",
    key: "hex",
  }),
  {
    tampered: [
      (request) => {
        const json = JSON.parse(Buffer.from(request.body).toString());
        json.items[1].amount = 1;
        return { ...request, body: Buffer.from(JSON.stringify(json)) };
      },
    ],
  },
);
checkProvider(
  made("certificate", {
    kind: "certificate",
    scheme: "certificate",
    signature: { header: "x-signature" },
    encoding: "base64",
    digest: "sha256",
    certificate: { url: { header: "x-url" }, hosts: ["*.example.com"], path: "/" },
    signed: ["secret", "crc32"],
  }),
);
checkProvider(
  made("token", {
    kind: "jwt",
    scheme: "token",
    token: { header: "x-token" },
    algorithm: "ES256",
    bodyDigest: { claim: "body", digest: "sha256", encoding: "hex" },
    issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
  }),
);
checkProvider(made("query", { kind: "shared_secret", scheme: "query", from: { query: "token" } }));
checkProvider(
  made(
    "password",
    { kind: "basic", scheme: "password" },
    {
      alternatives: [{ kind: "shared_secret", scheme: "header", from: { header: "x-token" } }],
    },
  ),
);
checkProvider(
  made(
    "several",
    {
      kind: "any",
      scheme: "several",
      recipes: [
        { ...standard("webhook"), key: "whsec" },
        { ...standard("svix"), key: "whsec" },
        {
          ...standard("webhook"),
          scheme: "webhook_v1a",
          kind: "public_key",
          algorithm: "ed25519",
          key: "whpk",
          format: { kind: "versions", version: "v1a" },
        },
      ],
    },
    {
      sample: (type) => ({
        body: JSON.stringify({ type: type === "payment.success" ? "paid" : type }),
        contentType: "application/json",
        headers: { "webhook-id": "msg_1", "svix-id": "msg_1" },
      }),
    },
  ),
);
checkProvider(
  made(
    "address",
    {
      ...HMAC,
      scheme: "address",
      encoding: "base64",
      signature: [{ header: "x-signature" }, { header: "x-signature-2" }],
      signed: ["url", "body"],
    },
    { needsPublicUrl: true },
  ),
  { url: "https://hooks.example.com/api/webhooks/address?a=1" },
);

function standard(name: string): MacRecipe {
  return {
    ...HMAC,
    scheme: name,
    encoding: "base64",
    signature: { header: `${name}-signature` },
    format: { kind: "versions", version: "v1" },
    signed: [{ header: `${name}-id` }, { literal: "." }, "timestamp", { literal: "." }, "body"],
    timestamp: {
      from: { header: `${name}-timestamp` },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  };
}
