import { type Place, readPlace, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const COMPLETION = "\\core\\event\\course_module_completion_updated";

/** Moodle's own events; it has none for payments. */
const CANONICAL = {
  "\\core\\event\\user_enrolment_created": "course.enrolled",
  "\\core\\event\\course_completed": "course.completed",
  [`${COMPLETION}.completed`]: "module.completed",
  "\\mod_quiz\\event\\attempt_submitted": "assessment.submitted",
  "\\mod_assign\\event\\assessable_submitted": "assessment.submitted",
} as const;

/** Moodle's `COMPLETION_` constants for complete, and complete with a passing grade. */
const COMPLETED: readonly unknown[] = ["1", "2"];
const STATE: Place = { json: "/other/completionstate" };

const RULE = { type: { json: "/eventname" }, id: null };

/**
 * Moodle sends webhooks through a plugin, here the one called WebHooks (`local_webhooks`): it puts its token into the body,
 * which proves only who sent it. `moodle_url` is for plugins without a token: it is in their URL.
 */
export const moodle: Provider = {
  id: "moodle",
  name: "Moodle",
  documentation:
    "https://github.com/valentineus/moodle-webhooks/blob/master/docs/getting-started.md",
  recipe: { kind: "shared_secret", scheme: "moodle", from: { json: "/token" } },
  alternatives: [{ kind: "shared_secret", scheme: "moodle_url", from: { query: "token" } }],
  describe,
  canonical: CANONICAL,
  // `timecreated` is in seconds: two views of a page within one have the same bytes. Nothing is sent twice.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: false,
    horizonMs: null,
    note: "Sends once, while the user's request waits for the answer.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S{16,}$/,
    note: "chosen by you and entered as the service's token: 16 letters or more; handlers see it in the body",
  },
  evidence: ["shared_secret"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const eventname = own.replace(/\.completed$/, "");
    const [component, , name = ""] = eventname.split("\\").slice(1);
    const body = JSON.stringify({
      eventname,
      component: component ?? "core",
      action: name.split("_").at(-1) ?? "",
      crud: "c",
      userid: "2",
      courseid: "1",
      relateduserid: "2",
      anonymous: 0,
      other: eventname === own ? null : { relateduserid: "2", completionstate: 1 },
      timecreated: Math.floor(now.getTime() / 1_000),
      host: "moodle.example.com",
      token: "",
      extra: "",
    });
    return { body, contentType: "application/json" };
  },
};

/** Sent whenever the completion of an activity changes, also when it is undone. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  if (own.type !== COMPLETION) return own;
  const completed = COMPLETED.includes(readPlace({ request }, STATE));
  return completed ? { ...own, type: `${own.type}.completed` } : own;
}
