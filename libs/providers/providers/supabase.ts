import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { namedStandardWebhooks } from "../named_standard_webhooks.ts";
import type { ProviderDescription } from "../provider.ts";

/** The member that only this hook's body has. */
const HOOKS = [
  ["email_data", "send_email"],
  ["sms", "send_sms"],
  ["claims", "custom_access_token"],
] as const;

/**
 * Supabase's auth hooks, as `internal/hooks/manager.go` of supabase/auth sends them. During a rotation it joins the signatures
 * with a comma and a space. Those that it waits for without needing their answer work through a gateway, such as sending
 * email; those whose answer changes the login do not. Its database webhooks are not signed.
 */
export const supabase = namedStandardWebhooks({
  id: "supabase",
  name: "Supabase Auth Hooks",
  documentation: "https://supabase.com/docs/guides/auth/auth-hooks",
  family: "webhook",
  describe,
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 5_000,
    note:
      "Three attempts within five seconds in all, after 429 or 503 with Retry-After, or without an answer; otherwise the " +
      "login fails. Each attempt has an id and a time of its own, so a repetition is another event.",
  },
  secretHint: {
    pattern: /^(?:v1,)?whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    note: "as generated at the hook, v1,whsec_ and base64",
  },
  sampleTypes: ["send_email", "send_sms", "before-user-created"],

  body(type, now) {
    const user = { id: "8484b834-f29e-4af2-bf42-80644d154f76", email: "student@example.com" };
    if (type === "send_email") return { user, email_data: { email_action_type: "signup" } };
    if (type === "send_sms") return { user, sms: { otp: "561166" } };
    return { metadata: { name: type, time: now.toISOString() }, user };
  },
});

function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const [providerEventId = ""] = request.headers("webhook-id");
  const named = scalarText(readPointer(body, "/metadata/name"));
  const [, member = ""] = HOOKS.find(([name]) => readPointer(body, `/${name}`) !== undefined) ?? [];
  const type = named ?? member;
  return { type, providerEventId, readable: type !== "", idAt: { header: "webhook-id" } };
}
