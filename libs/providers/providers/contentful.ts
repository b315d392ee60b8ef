import { escape as escapeQuery } from "node:querystring";
import type { Place, SignedRequest } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

const SIGNED_HEADERS = "x-contentful-signed-headers";
const TIMESTAMP = "x-contentful-timestamp";
/** Most header names that are read: Contentful never signs more. */
const NAMES_MAX = 64;
const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/**
 * What Contentful signs: method, path, headers and body, one per line. A signed header lists which headers; each must be
 * present exactly once, and the time must be among them.
 */
function canonicalRequest({ method, url, headers, body }: SignedRequest): Uint8Array[] | null {
  const path = canonicalPath(url);
  const [list, ...others] = headers(SIGNED_HEADERS);
  if (path === null || list === undefined || others.length > 0) return null;
  const names = list.split(",");
  const isFit =
    names.length <= NAMES_MAX &&
    names.every((name) => TOKEN.test(name)) &&
    names.join() === [...new Set(names)].sort().join() &&
    names.includes(SIGNED_HEADERS) &&
    names.includes(TIMESTAMP);
  if (!isFit) return null;
  const lines: string[] = [];
  for (const name of names) {
    const [value, ...more] = headers(name);
    if (value === undefined || more.length > 0) return null;
    lines.push(`${name}:${value}`);
  }
  // Headers are bytes on the wire; the path is ASCII by now.
  const head = `${method}\n${path}\n${lines.join(";")}\n`;
  return [Buffer.from(head, "latin1"), body];
}

function covers(place: Place, { headers }: SignedRequest): boolean {
  if (!("header" in place)) return !("query" in place);
  return headers(SIGNED_HEADERS)[0]?.split(",").includes(place.header) ?? false;
}

/** Path and query as the package writes them: the query is escaped as a whole, then everything again. */
function canonicalPath(url: string): string | null {
  const text = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] || "/";
  const [path = "", query = "", ...rest] = text.split("?");
  // The package drops everything after a second one: then it would not be signed.
  if (rest.length > 0 || !path.startsWith("/")) return null;
  return encodeURI(query === "" ? path : `${path}?${escapeQuery(query)}`);
}

/**
 * Contentful, with request verification enabled for the space. The topic and the id are headers, which the signature covers
 * only if Contentful lists them.
 */
export const contentful: Provider = {
  id: "contentful",
  name: "Contentful",
  documentation: "https://www.contentful.com/developers/docs/webhooks/request-verification/",
  recipe: {
    kind: "hmac",
    scheme: "contentful",
    signature: { header: "x-contentful-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: [{ compute: canonicalRequest, covers }],
    timestamp: {
      from: { header: TIMESTAMP },
      unit: "ms",
      pastSecondsMax: 30,
      futureSecondsMax: 30,
    },
  },
  // A webhook's `transformation.method`: https://www.contentful.com/developers/docs/webhooks/transformations/
  methods: ["POST", "GET", "PUT", "PATCH", "DELETE"],
  describe: {
    type: { header: "x-contentful-topic" },
    id: { header: "x-contentful-idempotency-key" },
  },
  canonical: {},
  // The key is described as a hash to compare with "very recent" requests, so a later event may have the same one.
  // https://www.contentful.com/developers/changelog/idempotency-key-headers-for-webhook-requests/
  identity: { bodiesDiffer: false, idUnique: false },
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Twice, about 30 and 60 seconds later, after 429 or 5xx; a retry policy of the space may change that.",
  },
  // Only path and query of the URL are signed: a public URL is needed if a proxy changes them.
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9A-Za-z+/=_-]{64}$/,
    note: "the space's webhook signing secret, 64 characters",
  },
  evidence: ["sdk"],
  sampleTypes: ["ContentManagement.Entry.publish", "ContentManagement.Asset.delete"],

  sample(type, now) {
    const body = JSON.stringify({
      sys: { type: "Entry", id: "5hriffiFGT3dIT0khXVw3q", updatedAt: now.toISOString() },
      fields: { title: { "en-US": "Grüße" } },
    });
    const headers = {
      "content-type": "application/vnd.contentful.management.v1+json",
      "x-contentful-crn": "crn:contentful:::content:spaces/abc/environments/master",
      "x-contentful-idempotency-key": `${now.getTime().toString(16).padStart(64, "0")}`,
      "x-contentful-topic": type,
      "x-contentful-webhook-name": "hookgate",
    };
    const signed = [...Object.keys(headers), SIGNED_HEADERS, TIMESTAMP].sort().join();
    return {
      body,
      contentType: headers["content-type"],
      headers: { ...headers, [SIGNED_HEADERS]: signed },
    };
  },
};
