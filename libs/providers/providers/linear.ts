import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { MINUTE_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const HOUR_MS = 3_600_000;

/**
 * Linear signs the body, which contains the time of sending; the tolerance is from its package. The header
 * `linear-timestamp` is not signed and is ignored.
 */
export const linear: Provider = {
  id: "linear",
  name: "Linear",
  documentation: "https://linear.app/developers/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "linear",
    signature: { header: "linear-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
    timestamp: {
      from: { json: "/webhookTimestamp" },
      unit: "ms",
      pastSecondsMax: 60,
      futureSecondsMax: 60,
    },
  },
  describe,
  canonical: {},
  // The delivery's id is a header; `webhookId` in the body is the same in all deliveries of a webhook.
  identity: { bodiesDiffer: [{ json: "/webhookTimestamp" }] },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 7 * HOUR_MS + 60_000,
    note:
      "Three times, after one minute, one hour and six hours, until answered 200; a webhook that keeps failing may " +
      "be disabled.",
    waitsMs: [MINUTE_MS, HOUR_MS, 6 * HOUR_MS],
    source: "https://linear.app/developers/webhooks",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S+$/,
    note: "the webhook's signing secret, as its settings show it, often starting with lin_wh_",
  },
  evidence: ["sdk"],
  sampleTypes: ["Issue.create", "Issue.update", "Comment.create", "Project.remove"],

  sample(type, now) {
    const at = type.indexOf(".");
    const [thing, action] = at < 0 ? [type, "create"] : [type.slice(0, at), type.slice(at + 1)];
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      action,
      actor: { id: "b5ea5f1f-8adc-4f52-b4bd-ab4e84cf51ba", type: "user", name: "Ada Example" },
      createdAt: now.toISOString(),
      data: { id: "2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9", createdAt: now.toISOString() },
      type: thing,
      organizationId: "dc844923-f9a4-40a3-825c-dea7747e57d6",
      webhookTimestamp: now.getTime(),
      webhookId: "000042e3-d123-4980-b49f-8e140eef9329",
    });
    return {
      body,
      contentType: "application/json; charset=utf-8",
      headers: {
        "linear-delivery": `00000000-0000-4000-8000-${number}`,
        "linear-event": thing,
        "linear-timestamp": `${now.getTime()}`,
      },
    };
  },
};

/** `Issue.create`: the object and the action. The header with the object is not signed. */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const thing = readPointer(json, "/type");
  const action = readPointer(json, "/action");
  const own = typeof thing === "string" ? thing : "";
  const type = own !== "" && typeof action === "string" ? `${own}.${action}` : own;
  const [providerEventId = ""] = request.headers("linear-delivery");
  const idAt = { header: "linear-delivery" };
  return { type, providerEventId, readable: own !== "", idAt };
}
