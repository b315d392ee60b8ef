import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { DAY_MS, SECOND_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/** Pipedrive signs nothing: user and password of the webhook are sent as HTTP Basic. */
export const pipedrive: Provider = {
  id: "pipedrive",
  name: "Pipedrive",
  documentation: "https://pipedrive.readme.io/docs/guide-for-webhooks-v2",
  recipe: { kind: "basic", scheme: "pipedrive" },
  /**
   * `create.deal`, as in the webhook's own settings; of a webhook of version 1 `added.deal`, and no id, because its `meta/id` is
   * the deal's. The attempt is counted in the body.
   */
  describe(request: SignedRequest) {
    const body = readJson({ request });
    const text = (pointer: string) => scalarText(readPointer(body, pointer)) ?? "";
    const [action, entity] = [text("/meta/action"), text("/meta/entity")];
    if (entity === "") {
      const type = text("/event");
      return { type, providerEventId: "", readable: type !== "" };
    }
    const type = action === "" ? "" : `${action}.${entity}`;
    return { type, providerEventId: text("/meta/id"), readable: type !== "" };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 4 * 60_000,
    note:
      "After 3, 30 and 150 seconds; ten first attempts that fail suspend the webhook for 30 minutes, and three days " +
      "without success delete it.",
    waitsMs: [3 * SECOND_MS, 30 * SECOND_MS, 150 * SECOND_MS],
    switchesOff: { afterMs: 3 * DAY_MS, how: "removed" },
    source: "https://pipedrive.readme.io/docs/guide-for-webhooks-v2",
  },
  needsPublicUrl: false,
  secretHint: { pattern: /^[^:]+:.+$/s, note: "user:password, the webhook's HTTP Auth" },
  evidence: ["shared_secret"],
  sampleTypes: ["create.deal", "change.person", "delete.activity"],

  sample(type, now) {
    const [action = "", entity = ""] = type.split(".");
    const body = JSON.stringify({
      meta: {
        action,
        entity,
        entity_id: "22",
        company_id: "1234567",
        id: `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
        attempt: 1,
        timestamp: now.toISOString(),
        type: "application",
        version: "2.0",
      },
      data: { id: 22, title: "Course for a company" },
      previous: null,
    });
    return { body, contentType: "application/json" };
  },
};
