import {
  readJson,
  readJsonValue,
  readPointer,
  type SignedRequest,
  scalarText,
  skipSpace,
} from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const LINE_FEED = 0x0a;

/**
 * Auth0 signs nothing: it sends the credential that was entered for the stream, which proves who sent the request, but
 * nothing about the body. An event stream has a bearer token, or (`auth0_basic`) a user and a password; a log stream
 * (`auth0_logs`) has the whole value of the `Authorization` header.
 */
export const auth0: Provider = {
  id: "auth0",
  name: "Auth0",
  documentation: "https://auth0.com/docs/customize/events/create-an-event-stream",
  recipe: {
    kind: "shared_secret",
    scheme: "auth0",
    from: { header: "authorization" },
    prefix: "Bearer ",
  },
  alternatives: [
    { kind: "basic", scheme: "auth0_basic" },
    { kind: "shared_secret", scheme: "auth0_logs", from: { header: "authorization" } },
  ],
  describe,
  canonical: {},
  // The function says it for each request.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "Events three times, after one, two and four seconds, and by hand later with the same id; any 4xx ends the " +
      "retries, and three failed deliveries in a row disable the stream. Logs repeatedly for seven days.",
    waitsMs: [SECOND_MS, 2 * SECOND_MS, 4 * SECOND_MS],
    givesUpAfterMs: 7 * SECOND_MS,
    switchesOff: { failures: 3, how: "disabled" },
    source: "https://auth0.com/docs/customize/events/create-an-event-stream",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the token as entered for the stream, without Bearer; user:password; for a log stream the whole header",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["user.created", "user.updated", "user.deleted", "organization.member.added"],

  sample(type, now) {
    const body = JSON.stringify({
      id: `evt_${now.getTime()}`,
      source: "urn:auth0:acme",
      specversion: "1.0",
      type,
      time: now.toISOString(),
      data: { object: { user_id: "auth0|679fb1b1e809445f129bc18d", email: "student@example.com" } },
      a0tenant: "acme",
      a0stream: "est_38ANnv8pQhqsZrX2VFbftv",
    });
    return { body, contentType: "application/json" };
  },
};

/** An event is a CloudEvent. Logs come as an object, a list, or one per line, and their type is a code. */
function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request }) ?? readLines(request.body);
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  const type = batchType(items.map((item) => readPointer(item, "/type") ?? codeOf(item)));
  const [only] = items.length === 1 ? items : [];
  // An item with an id never has the same bytes as another.
  const bodiesDiffer = idOf(items[0]) !== "";
  return { type, providerEventId: idOf(only), readable: type !== "", bodiesDiffer };
}

function idOf(item: unknown): string {
  return scalarText(readPointer(item, "/id") ?? readPointer(item, "/log_id")) ?? "";
}

function codeOf(log: unknown): unknown {
  return readPointer(log, "/data/type");
}

/** The values of a body with one per line; empty if a line is not JSON, or there are too many. */
function readLines(body: Uint8Array): unknown[] {
  const lines: unknown[] = [];
  for (let at = skipSpace(body, 0); at < body.length; ) {
    const next = body.indexOf(LINE_FEED, at);
    const end = next === -1 ? body.length : next;
    const line = readJsonValue(body.subarray(at, end));
    if (line === undefined || lines.length === BATCH_EVENTS_MAX) return [];
    lines.push(line);
    at = skipSpace(body, end);
  }
  return lines;
}
