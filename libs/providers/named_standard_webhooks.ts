import type { MacRecipe } from "@hookgate/signature";
import type { Provider, Sample } from "./provider.ts";
import { type Family, standardWebhooks, symmetric } from "./providers/standard_webhooks.ts";

const ID = "webhook-id";
const SVIX_ID = "svix-id";

/** What a provider that signs as Standard Webhooks says of itself. */
export interface NamedStandardWebhooks
  extends Pick<Provider, "id" | "name" | "documentation" | "ackDeadlineMs" | "retries"> {
  /** The headers' names that it documents. */
  family: Family;
  /** @default {"whsec"} */
  key?: MacRecipe["key"];
  /** @default {the body's `type`, and the id of the headers} */
  describe?: Provider["describe"];
  /** @default {whsec_ and base64} */
  secretHint?: Provider["secretHint"];
  sampleTypes: readonly string[];
  /** The body of an event. */
  body(type: string, now: Date): object;
}

/** A provider that signs as Standard Webhooks with a shared secret (`v1`), under its own name. */
export function namedStandardWebhooks({
  family,
  key = "whsec",
  body,
  ...facts
}: NamedStandardWebhooks): Provider {
  const idHeader = family === "svix" ? SVIX_ID : ID;
  return {
    describe: { type: { json: "/type" }, id: { header: idHeader } },
    secretHint: {
      pattern: /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
      note: "whsec_ and base64, as shown at the webhook",
    },
    ...facts,
    recipe: { ...symmetric(facts.id, family), key },
    canonical: {},
    identity: standardWebhooks.identity,
    needsPublicUrl: false,
    evidence: ["sdk"],

    sample(type, now): Sample {
      return {
        body: JSON.stringify(body(type, now)),
        contentType: "application/json",
        headers: { [idHeader]: `msg_${now.getTime()}` },
      };
    },
  };
}
