import type { Provider } from "../provider.ts";

/** Vercel signs the body with HMAC-SHA1. */
export const vercel: Provider = {
  id: "vercel",
  name: "Vercel",
  documentation: "https://vercel.com/docs/webhooks/webhooks-api",
  recipe: {
    kind: "hmac",
    scheme: "vercel",
    signature: { header: "x-vercel-signature" },
    digest: "sha1",
    encoding: "hex",
    signed: ["body"],
  },
  // The id of the delivery.
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: 24 * 3_600_000,
    note: "With growing delays for up to 24 hours.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the secret that is shown once, when the webhook is created; for an integration its client secret",
  },
  evidence: ["formula"],
  sampleTypes: [
    "deployment.created",
    "deployment.succeeded",
    "deployment.error",
    "project.created",
    "domain.created",
  ],

  sample(type, now) {
    const body = JSON.stringify({
      id: `evt_${now.getTime()}`,
      type,
      createdAt: now.getTime(),
      region: "fra1",
      payload: {
        team: { id: "team_1" },
        user: { id: "usr_1" },
        project: { id: "prj_1" },
        deployment: { id: "dpl_1", name: "academy", url: "academy.example.com", meta: {} },
      },
    });
    return { body, contentType: "application/json" };
  },
};
