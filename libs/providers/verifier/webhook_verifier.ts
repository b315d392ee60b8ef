import {
  type RefusalReason,
  type SignedRequest,
  type VerifySecret,
  verifyFetching,
  verifyInTurns,
} from "@hookgate/signature";
import { eventContent } from "@hookgate/types";
import { describeEvent } from "../describe_event.ts";
import { greet, type HandshakeResponse } from "../handshake.ts";
import type { Provider } from "../provider.ts";
import { type SourceScheme, sourceProvider } from "../source_provider.ts";
import { fetchText, PublishedKeys } from "./published_keys.ts";

/** Largest body, in bytes, of a provider that does not send larger ones. */
const BODY_BYTES_MAX = 1024 ** 2;

/** Options for {@linkcode webhookVerifier}. */
export interface WebhookVerifierOptions
  extends Pick<SourceScheme, "tolerance">,
    Partial<Pick<SourceScheme, "settings">> {
  /** What the provider signs with, as it shows it; several while one takes the place of another. */
  secrets?: readonly (string | undefined)[];
  /** One of the provider's other schemes, by its name. @default {its own} */
  scheme?: string;
  /** The URL as the provider calls it, where that is part of what is signed. @default {that of the request} */
  publicUrl?: string;
  /** Largest body, in bytes. @default {the provider's, or 1 MiB} */
  bodyBytesMax?: number;
  /** Fetches what a provider publishes: certificates and keys. @default {fetch} */
  fetch?: typeof fetch;
  /** The time, in milliseconds since 1970. @default {Date.now} */
  now?: () => number;
}

/** An event that its provider has signed. */
export interface VerifiedWebhook {
  provider: string;
  /** One of the specification's types if the provider's is one of them, else the provider's own; `unknown` if there is none. */
  type: string;
  /** As the provider calls it. */
  providerType: string;
  /** The provider's id of the event; empty if it sends none. The same on each of its tries, where it says so. */
  id: string;
  /** The parsed payload; undefined if it cannot be read. */
  data: unknown;
  /** The exact bytes. */
  body: Uint8Array;
}

/** What to answer. */
export interface WebhookAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * What a request is. `event`: signed, and `answer` is what its provider wants to hear once it is dealt with. `handshake`: the
 * provider looks whether somebody is there; `answer` is all there is to do, but to keep an `enrolledSecret` where the provider
 * hands one out. `refused`: not certainly from the provider, or, with
 * a 503, not to be told now.
 */
export type WebhookVerdict =
  | { kind: "event"; event: VerifiedWebhook; answer: WebhookAnswer }
  | { kind: "handshake"; answer: WebhookAnswer; enrolledSecret?: string }
  | { kind: "refused"; reason: WebhookRefusal; answer: WebhookAnswer };

/** Why a request is refused. */
export type WebhookRefusal = RefusalReason | "wrong_method" | "bad_handshake" | "unconfirmed";

/** Verifies the requests of one sender. */
export interface WebhookVerifier {
  readonly provider: Provider;
  /** Larger bodies need not be read. */
  readonly bodyBytesMax: number;
  /** Says what a request is. Bad input is a verdict, never an error. */
  verify(request: UnverifiedRequest): Promise<WebhookVerdict>;
}

/** A request as it came: the body must be its bytes, not parsed and written again. */
export interface UnverifiedRequest extends Pick<SignedRequest, "url" | "headers" | "body"> {
  method: string;
}

/**
 * Verifies webhooks of a provider, by its id such as `stripe`.
 *
 * @throws {TypeError} if there is no such provider or scheme, or it has no secret: without one nothing could be accepted.
 */
export function webhookVerifier(id: string, options: WebhookVerifierOptions = {}): WebhookVerifier {
  const { scheme = null, settings = {}, publicUrl, now = Date.now } = options;
  const { tolerance } = options;
  const source = { provider: id, scheme, settings, ...(tolerance && { tolerance }) };
  const provider = sourceProvider(source);
  if (provider === null) {
    const name = scheme === null ? `provider "${id}"` : `scheme "${scheme}" of provider "${id}"`;
    throw new TypeError(`Cannot verify webhooks: there is no ${name}`);
  }
  const secrets = namedSecrets(provider, options);
  const { fetch: fetcher = fetch } = options;
  const keys = new PublishedKeys({ fetch: fetcher, now });
  const { bodyBytesMax = provider.bodyBytesMax ?? BODY_BYTES_MAX } = options;

  return {
    provider,
    bodyBytesMax,
    async verify({ method, url, headers, body }) {
      if (body.length > bodyBytesMax) return refused("body_too_large");
      const signedUrl = publicUrl === undefined ? url : withQueryOf(publicUrl, url);
      const request = {
        method: method.toUpperCase(),
        url: signedUrl,
        headers,
        body,
        receivedAt: now(),
      };
      const { handshake } = provider;
      const greeting = (verified: boolean) =>
        handshake ? greet(handshake, request, { verified, secrets, settings }) : null;
      const early = greeting(false);
      if (early !== null) return greeted(early, fetcher);
      const methods: readonly string[] = [
        ...(provider.methods ?? ["POST"]),
        ...(handshake?.methods ?? []),
      ];
      if (!methods.includes(request.method)) return refused("wrong_method");
      const { recipe } = provider;
      const verdict = await verifyFetching(request, {
        recipe,
        secrets,
        verdict: verifyInTurns(recipe, request, { secrets }),
        fetchCertificate: (at, options) => keys.get(at, options),
        fetchKeySet: (at, options) => keys.get(at, options),
      });
      if (!verdict.ok) return refused(verdict.reason);
      const late = greeting(true);
      return late === null ? eventOf(provider, request) : greeted(late, fetcher);
    },
  };
}

function namedSecrets(
  { id, secretsSetting, handshake }: Provider,
  { secrets = [], settings = {} }: WebhookVerifierOptions,
): VerifySecret[] {
  if (secretsSetting !== undefined) {
    const names = (settings[secretsSetting] ?? "").split(",").map((name) => name.trim());
    return named(id, names, `settings.${secretsSetting}`);
  }
  // Its handshake hands one out.
  if (handshake?.enrols === true && secrets.length === 0) return [];
  return named(id, secrets, "secrets");
}

function named(id: string, values: readonly (string | undefined)[], key: string): VerifySecret[] {
  if (values.length > 0 && values.every((value) => value !== undefined && value !== "")) {
    return values.map((value, index) => ({ id: String(index + 1), value: value as string }));
  }
  throw new TypeError(`Cannot verify webhooks of ${id}: \`${key}\` is empty, or one of it is`);
}

/** Some schemes write into the query. */
function withQueryOf(publicUrl: string, url: string): string {
  const query = url.indexOf("?");
  return query < 0 || publicUrl.includes("?") ? publicUrl : publicUrl + url.slice(query);
}

function eventOf(provider: Provider, request: SignedRequest): WebhookVerdict {
  const { type, providerType, providerEventId } = describeEvent(provider, request);
  const { body } = request;
  const contentType = request.headers("content-type")[0] ?? "";
  const { data } = eventContent({ provider: provider.id, type, body, contentType });
  const event = { provider: provider.id, type, providerType, id: providerEventId, data, body };
  return { kind: "event", event, answer: receivedAnswer(provider, request) };
}

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };

function receivedAnswer({ ownResponse }: Provider, request: SignedRequest): WebhookAnswer {
  if (ownResponse === undefined) {
    return { status: 200, headers: JSON_HEADERS, body: '{"received":true}' };
  }
  const { status, contentType, body, echo } = ownResponse;
  const echoed = echo === undefined ? {} : { [echo]: request.headers(echo)[0] ?? "" };
  return { status, headers: { "content-type": contentType, ...echoed }, body };
}

async function greeted(
  { status, headers, body, refused: why, confirmUrl, enrolledSecret }: HandshakeResponse,
  fetcher: typeof fetch,
): Promise<WebhookVerdict> {
  const answer = { status, headers, body };
  if (why !== undefined) return { kind: "refused", reason: "bad_handshake", answer };
  // The provider's file has checked its host.
  if (confirmUrl !== undefined && (await fetchText(confirmUrl, fetcher)) === null) {
    return refused("unconfirmed");
  }
  return { kind: "handshake", answer, ...(enrolledSecret !== undefined && { enrolledSecret }) };
}

/** What the sender hears never says how much of a forgery was right. */
function refused(reason: WebhookRefusal): WebhookVerdict {
  const error = (status: number, name: string, headers = {}) => ({
    status,
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ error: name }),
  });
  switch (reason) {
    case "body_too_large":
      return { kind: "refused", reason, answer: error(413, "body_too_large") };
    case "wrong_method":
      return { kind: "refused", reason, answer: error(405, "method_not_allowed") };
    // What would prove it could not be had: several providers stop trying after a 4xx.
    case "certificate_needed":
    case "key_needed":
    case "unconfirmed":
      return {
        kind: "refused",
        reason,
        answer: error(503, "unverifiable", { "retry-after": "1" }),
      };
    default:
      return { kind: "refused", reason, answer: error(401, "invalid_signature") };
  }
}
