import { type OutgoingRequest, sign } from "@hookgate/signature";
import type { QuarantinedRequest, Secret } from "@hookgate/types";
import { diagnose } from "../diagnose/diagnose.ts";
import type { DiagnosedSource } from "../diagnose/diagnose_trial.ts";
import { formatHeaderBlock } from "../headers/header_block.ts";
import { findProvider } from "../source_provider.ts";

/** Time of arrival of all requests. */
export const RECEIVED_AT = Date.parse("2026-01-02T03:04:05.000Z");
/** The secret of the source `shop`. */
export const SECRET = "the secret of this source";
export const SHOP_URL = "https://hooks.example.com/api/webhooks/shop";
export const BODY =
  '{"type":"course.enrolled","data":{"b":1,"a":4900.50,"name":"Zoë","url":"a/b"}}';

export function secretOf(value: string, more: Partial<Secret> = {}): Secret {
  return { id: "1", value, state: "active", until: null, ...more };
}

/** The source `shop`, of the generic provider. */
export function sourceOf(more: Partial<DiagnosedSource> = {}): DiagnosedSource {
  return {
    name: "shop",
    provider: "generic",
    secrets: [secretOf(SECRET)],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    ...more,
  };
}

/** Differences from a plain refused request. */
export interface Given extends Partial<QuarantinedRequest> {
  /** Header names and values as they were sent. */
  sent?: readonly string[];
}

export function refusedRequest({ sent = [], ...more }: Given = {}): QuarantinedRequest {
  return {
    id: "qtn_00000000000000000000000000000001",
    source: "shop",
    provider: "generic",
    receivedAt: RECEIVED_AT,
    reason: "no_match",
    diagnosis: [],
    address: "192.0.2.1",
    addressChain: "192.0.2.1",
    method: "POST",
    url: SHOP_URL,
    headers: formatHeaderBlock(sent),
    body: Buffer.from(BODY),
    releasedAs: null,
    ...more,
  };
}

/** A signed request as it was received, with changes made in transit. */
export function received(request: OutgoingRequest, more: Given = {}): QuarantinedRequest {
  const { url, body, headers } = request;
  return refusedRequest({ url, body, sent: Object.entries(headers).flat(), ...more });
}

/** Options for {@linkcode signedBy}. */
export interface SignedByOptions {
  body?: string | Uint8Array;
  now?: number;
  url?: string;
  headers?: Readonly<Record<string, string>>;
  /** One of the provider's alternatives. */
  scheme?: string;
}

/** What a provider sends, signed with this secret. */
export function signedBy(
  provider: string,
  secret: string,
  options: SignedByOptions = {},
): OutgoingRequest {
  const { body = BODY, now = RECEIVED_AT, url = SHOP_URL, headers = {}, scheme } = options;
  const found = findProvider(provider);
  if (found === null) throw new TypeError(`Cannot sign: there is no ${provider}`);
  const recipe = found.alternatives?.find((one) => one.scheme === scheme) ?? found.recipe;
  const unsigned = { method: "POST", url, headers, body: Buffer.from(body) };
  return sign(recipe, unsigned, { secret, now });
}

/** Options for {@linkcode ask}. */
export interface AskOptions {
  /** @default {sourceOf()} */
  source?: DiagnosedSource;
  others?: readonly DiagnosedSource[];
  now?: number;
}

/** The diagnosis. */
export function ask(request: QuarantinedRequest, options: AskOptions = {}): readonly string[] {
  const { source = sourceOf(), others = [], now = RECEIVED_AT } = options;
  return diagnose(request, { source, sources: [source, ...others], now });
}
