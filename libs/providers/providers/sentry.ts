import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/** Sentry's integrations sign the body with the integration's client secret; resource and time are headers. */
export const sentry: Provider = {
  id: "sentry",
  name: "Sentry",
  documentation: "https://docs.sentry.io/integrations/integration-platform/webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "sentry",
    // Requests of an integration's own UI components carry the second.
    signature: [{ header: "sentry-hook-signature" }, { header: "sentry-app-signature" }],
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  /** `issue.created`: the resource is a header, the action is in the body. */
  describe(request: SignedRequest) {
    const [resource = ""] = request.headers("sentry-hook-resource");
    const [id = ""] = request.headers("request-id");
    const action = scalarText(readPointer(readJson({ request }), "/action")) ?? "";
    const type = resource === "" || action === "" ? "" : `${resource}.${action}`;
    return {
      type,
      providerEventId: id,
      readable: type !== "",
      typeAt: { header: "sentry-hook-resource" },
      idAt: { header: "request-id" },
    };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 1_000,
  // From its source, as no statement was found: https://github.com/getsentry/sentry/blob/master/src/sentry/sentry_apps/tasks/sentry_apps.py
  retries: {
    automatic: true,
    horizonMs: 20 * 60_000,
    note:
      "Three times, five minutes apart, after a 5xx or a timeout, with a new id each time; only if the integration is " +
      "published. Others are never sent again, and lose their webhook after a thousand timeouts in a day.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the client secret of the integration" },
  evidence: ["formula"],
  sampleTypes: ["issue.created", "issue.resolved", "event_alert.triggered", "error.created"],

  sample(type, now) {
    const [resource = "", action = ""] = type.split(".");
    const body = JSON.stringify({
      action,
      installation: { uuid: "a8e5d37a-696c-4c54-adb5-b3f28d64c7de" },
      data: { [resource]: { id: "1170820242", firstSeen: now.toISOString() } },
      actor: { type: "application", id: "sentry", name: "Sentry" },
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "request-id": now.getTime().toString(16).padStart(32, "0"),
        "sentry-hook-resource": resource,
        "sentry-hook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      },
    };
  },
};
