import {
  type MacRecipe,
  type Place,
  readJson,
  readPointer,
  type SignedPart,
  type SignedRequest,
} from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { callbackType } from "../callback_type.ts";
import type { Provider, Sample } from "../provider.ts";

const BODY_DIGEST = "bodySHA256";

/** The URL with the standard port, and without any port: products sign different ones. */
function withAndWithoutPort(url: string): string[] {
  const [, scheme = "", authority = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(url) ?? [];
  // A colon starts a port only after the bracket that closes an IPv6 address.
  const host = authority.replace(/:\d*$/, "");
  const port = scheme.toLowerCase() === "https://" ? ":443" : ":80";
  return [scheme + host + rest, scheme + (authority === host ? host + port : authority) + rest];
}

/** So, too, a quote in the query as it is or escaped, as the official package tries both. A URL parser escapes it. */
function spellings(url: string): string[] {
  const ported = withAndWithoutPort(url);
  const at = url.indexOf("?");
  const query = at < 0 ? "" : url.slice(at);
  if (!/'|%27/.test(query)) return ported;
  const queries = [query.replaceAll("%27", "'"), query.replaceAll("'", "%27")];
  const before = ported.map((one) => one.slice(0, one.length - query.length));
  return queries.flatMap((other) => before.map((one) => one + other));
}

/** Event Streams send several CloudEvents at once, as JSON. */
function typeOf(request: SignedRequest): { type: string; typeAt: Place } {
  const json = () => [readJson({ request })].flat().map((event) => readPointer(event, "/type"));
  return callbackType(request) ?? { type: batchType(json()), typeAt: { json: "" } };
}

/**
 * How a source is signed that has a SharedKey instead of the account's token: `key=…,algorithm=HMAC_SHA256`. Without this
 * header it is the token, and SHA-1.
 */
const SETTINGS = "x-twilio-webhooks-signature-settings";
const ALGORITHM = /(?:^|,)\s*algorithm=(\w+)\s*(?:,|$)/;
const ALGORITHMS = { sha1: "HMAC_SHA1", sha256: "HMAC_SHA256" } as const;

type TwilioDigest = keyof typeof ALGORITHMS;

/** Nothing, unless the request says that it was signed in another way. */
function saysDigest(digest: TwilioDigest): SignedPart {
  return {
    compute({ headers }) {
      const [settings, ...others] = headers(SETTINGS);
      if (others.length > 0) return null;
      const algorithm = settings === undefined ? "HMAC_SHA1" : ALGORITHM.exec(settings)?.[1];
      return algorithm === ALGORITHMS[digest] ? [] : null;
    },
  };
}

function common(scheme: string, digest: TwilioDigest) {
  return {
    kind: "hmac",
    scheme,
    signature: { header: "x-twilio-signature" },
    digest,
    encoding: "base64",
    urls: spellings,
  } as const;
}

function ofForm(scheme: string, digest: TwilioDigest): MacRecipe {
  return {
    ...common(scheme, digest),
    signed: [
      saysDigest(digest),
      // If the URL has a digest, check it: a signature for one body must not be valid for another.
      { compute: ({ url }) => (url.includes(BODY_DIGEST) ? null : []) },
      "url",
      "sorted_form",
    ],
    coversBody: false,
  };
}

function ofBody(scheme: string, digest: TwilioDigest): MacRecipe {
  return {
    ...common(scheme, digest),
    signed: [saysDigest(digest), "url"],
    // A callback that already has one gets a second, and both are signed.
    bodyDigest: { from: { query: BODY_DIGEST }, repeated: true, digest: "sha256", encoding: "hex" },
  };
}

/**
 * Twilio signs the URL with its query, followed by the sorted fields of a form; for any other body, the URL contains its
 * digest. Names and values are signed without separators, so a form is not covered byte for byte. With a SharedKey (Webhooks
 * configuration API) only the key and the digest are others.
 */
export const twilio: Provider = {
  id: "twilio",
  name: "Twilio",
  documentation: "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
  recipe: {
    kind: "any",
    scheme: "twilio",
    recipes: [
      ofForm("twilio_form", "sha1"),
      ofBody("twilio_body", "sha1"),
      ofForm("twilio_form_sha256", "sha256"),
      ofBody("twilio_body_sha256", "sha256"),
    ],
  },
  // A number can be set to GET: the fields are parameters of the URL then.
  methods: ["POST", "GET"],
  describe(request) {
    const typed = typeOf(request);
    // Sids identify messages and calls, which have several events each; the token identifies an event and its retries.
    const [token = ""] = request.headers("i-twilio-idempotency-token");
    const idAt = { header: "i-twilio-idempotency-token" };
    return { ...typed, providerEventId: token, readable: typed.type !== "", idAt };
  },
  canonical: {},
  // Event Streams: each CloudEvent in the list has an id. Two requests of one call may have the same fields.
  identity: { bodiesDiffer: [{ json: "/0/id" }] },
  // Calls and messages are answered with TwiML; an empty response does nothing.
  ownResponse: {
    status: 200,
    contentType: "text/xml; charset=utf-8",
    body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
  },
  // https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
  ackDeadlineMs: 15_000,
  retries: {
    automatic: false,
    horizonMs: null,
    note: "Once if it cannot connect, then the fallback URL; #rc= and #rp= in the URL set more retries.",
  },
  needsPublicUrl: true,
  secretHint: {
    // What a SharedKey's secret looks like is not documented.
    pattern: /^(?!(?:AC|SK|WK)[0-9a-f]{32}$)\S{16,}$/,
    note: "the account's primary auth token, 32 hexadecimal digits, or a SharedKey's secret; not an API key, and not a SID",
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["message.received", "message.delivered", "call.ringing"],

  sample,
  schemeSamples: { twilio_form_sha256: signedAsSet, twilio_body_sha256: signedAsSet },
};

/** As a Webhooks Rule has it signed. */
function signedAsSet(type: string, now: Date): Sample {
  const own = sample(type, now);
  const settings = `key=WK${"0".repeat(32)},algorithm=HMAC_SHA256`;
  return { ...own, headers: { ...own.headers, [SETTINGS]: settings } };
}

function sample(type: string, now: Date): Sample {
  const [, thing = "", status = ""] = /^(message|call)\.(.+)$/.exec(type) ?? [];
  const account = `AC${"0".repeat(32)}`;
  const sid = `${thing === "call" ? "CA" : "SM"}${now.getTime().toString(16).padStart(32, "0")}`;
  const form = new URLSearchParams({ AccountSid: account, From: "+14155550100" });
  form.set("To", "+14155550101");
  if (thing === "call") form.set("CallSid", sid);
  else form.set("MessageSid", sid);
  if (thing === "call") form.set("CallStatus", status);
  else if (thing === "message") form.set("MessageStatus", status);
  else form.set("EventType", type);
  if (type === "message.received") form.set("Body", "Grüße & more");
  return {
    body: form.toString(),
    contentType: "application/x-www-form-urlencoded; charset=UTF-8",
    headers: { "i-twilio-idempotency-token": `00000000-0000-4000-8000-${sid.slice(-12)}` },
  };
}
