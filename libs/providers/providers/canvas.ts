import {
  type JwtRecipe,
  readJsonValue,
  readPointer,
  type SignedRequest,
} from "@hookgate/signature";
import { bodyContent } from "@hookgate/types";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  enrollment_created: "course.enrolled",
  course_completed: "course.completed",
  quiz_submitted: "assessment.submitted",
  submission_created: "assessment.submitted",
} as const;

const TOKEN = {
  kind: "jwt",
  token: "body",
  algorithm: "RS256",
  bodyDigest: null,
  // No claim of the token itself is documented, such as its time of issue.
  issuedAt: null,
} as const satisfies Partial<JwtRecipe>;

/** The previous key, the present one and the next; replaced every month. */
const KEYS = "https://8axpcl50e4.execute-api.us-east-1.amazonaws.com/main/jwks";

/**
 * Live Events of Canvas LMS over HTTPS, with "Sign Payload": the whole body is a token, whose claims are the event. Instructure
 * signs everybody's events with the same keys, so the source names its root accounts. `canvas_caliper` is for subscriptions in
 * the Caliper format. Without "Sign Payload" nothing is signed.
 */
export const canvas: Provider = {
  id: "canvas",
  name: "Canvas LMS",
  documentation:
    "https://developerdocs.instructure.com/services/canvas/data-services/live-events/overview/file.data_service_setup",
  recipe: {
    ...TOKEN,
    scheme: "canvas",
    keySet: { url: KEYS, identity: "/metadata/root_account_uuid" },
  },
  alternatives: [
    { ...TOKEN, scheme: "canvas_caliper", keySet: { url: KEYS, identity: "/sensor" } },
  ],
  describe,
  canonical: CANONICAL,
  // The function says it for each request.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 15_000,
  retries: {
    automatic: true,
    horizonMs: 20 * 60_000,
    note:
      "Up to three times, at growing intervals, within 10 to 20 minutes. Some 28,000 failed events in 24 hours, or 9,500 " +
      "that timed out, deactivate the subscription.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the uuid of the root account; for canvas_caliper the sensor, such as http://school.instructure.com/",
  },
  settings: [
    {
      name: "accounts",
      required: true,
      secret: false,
      note:
        "root_account_uuid in the metadata of its events (for canvas_caliper their sensor), of each root account: the token " +
        "proves only that Instructure made it, for whichever account",
    },
  ],
  secretsSetting: "accounts",
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "course_updated"],

  sample(type, now) {
    const body = JSON.stringify({
      metadata: {
        event_name: providerType(CANONICAL, type),
        event_time: now.toISOString(),
        producer: "canvas",
        root_account_id: "21070000000000001",
        root_account_uuid: "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs",
        user_id: "21070000000000123",
      },
      body: { course_id: "21070000000000565", user_id: "21070000000000123" },
    });
    return { body, contentType: "text/plain" };
  },

  schemeSamples: {
    canvas_caliper: (type, now) => {
      const body = JSON.stringify({
        sensor: "http://school.instructure.com/",
        sendTime: now.toISOString(),
        dataVersion: "http://purl.imsglobal.org/ctx/caliper/v1p1",
        data: [{ id: `urn:uuid:00000000-0000-4000-8000-${now.getTime()}`.slice(0, 45), type }],
      });
      return { body, contentType: "text/plain" };
    },
  },
};

/**
 * Caliper's events have an id; Canvas's own have the time in milliseconds, and what they are about. Whether a repetition is
 * signed anew is not documented: it would be another event then.
 */
function describe({ body }: SignedRequest): ProviderDescription {
  const content = bodyContent(() => "", body);
  const claims = "json" in content ? readJsonValue(content.json) : undefined;
  const name = textAt(claims, "/metadata/event_name");
  const type = name === "" ? textAt(claims, "/data/0/type") : name;
  return {
    type,
    providerEventId: name === "" ? textAt(claims, "/data/0/id") : "",
    readable: type !== "",
    bodiesDiffer: textAt(claims, "/metadata/event_time") !== "",
  };
}

function textAt(claims: unknown, pointer: string): string {
  const value = readPointer(claims, pointer);
  return typeof value === "string" ? value : "";
}
