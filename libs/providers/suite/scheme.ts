import {
  incoming,
  type MadeSecret,
  makeSecret,
  type OutgoingRequest,
  type Recipe,
  readPlace,
  sign,
  type Verdict,
  verify,
  type verifyInTurns,
} from "@hookgate/signature";
import { anyText } from "@hookgate/testing/any_text";
import fc from "fast-check";
import type { Provider } from "../provider.ts";
import { schemeSample } from "../sample.ts";
import type { Change } from "./changes.ts";

/** What an official function gets in addition to the request. */
export interface OracleOptions {
  secret: string;
  /** In PEM; empty if the scheme has none. */
  privateKey: string;
  /** The time of the clock, in milliseconds since 1970. */
  now: number;
}

/** The provider's official functions, which decide what is valid. */
export interface Oracle {
  /** Signs as the official function does. */
  sign?(
    request: OutgoingRequest,
    options: OracleOptions,
  ): OutgoingRequest | Promise<OutgoingRequest>;
  /** Whether the official function accepts the request; it refuses by throwing. */
  verify?(request: OutgoingRequest, options: OracleOptions): unknown;
  /** Changed requests that it may accept though we do not; say why in a comment. @default {() => false} */
  lenient?(request: OutgoingRequest, change: Change): boolean;
}

/** Options for the checks of one scheme. */
export interface SchemeChecks {
  oracle?: Oracle;
  /** A secret or a pair of keys in the provider's form. @default {makeSecret(recipe)} */
  keys?: MadeSecret;
  /** Changes of what is signed, each of which must be refused, if the signature does not cover the whole body. */
  tampered?: readonly ((request: OutgoingRequest) => OutgoingRequest)[];
  /** Headers that a computed part signs. */
  signedHeaders?: readonly string[];
}

/** Options for {@linkcode checkProvider}. */
export interface CheckProviderOptions extends SchemeChecks {
  /** The same for the other schemes, by name. */
  schemes?: Readonly<Record<string, SchemeChecks>>;
  /** The public URL. @default {"https://hooks.example.com/api/webhooks/example"} */
  url?: string;
  /** Settings of the source, for the handshake. */
  settings?: Readonly<Record<string, string>>;
}

/** The time at which all checks sign and verify. The clock of `Date` is stopped at it. */
export const NOW = Date.parse("2026-01-02T03:04:05.000Z");

/** One way to sign. `verifyWith` is the recipe that contains it: itself, or one with several equally strong schemes. */
export interface Scheme extends SchemeChecks {
  signWith: Recipe;
  verifyWith: Recipe;
  keys: MadeSecret;
  /** The public URL. */
  url: string;
  /** Where the certificate is, or the key set; empty if there is none. */
  certificateUrl: string;
}

/** An unsigned request with one of the provider's samples. */
export function sampleRequest(
  provider: Provider,
  {
    type = provider.sampleTypes[0] ?? "",
    url = "https://hooks.example.com/api/webhooks/example",
    scheme = "",
  } = {},
): OutgoingRequest {
  const now = new Date(NOW);
  const { body, contentType, headers } = schemeSample(provider, { scheme, type, now });
  return {
    method: "POST",
    url,
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
}

export function schemesOf(provider: Provider, options: CheckProviderOptions): Scheme[] {
  const { url = sampleRequest(provider).url } = options;
  return [provider.recipe, ...(provider.alternatives ?? [])].flatMap((verifyWith, index) => {
    const recipes: readonly Recipe[] =
      verifyWith.kind === "any" ? verifyWith.recipes : [verifyWith];
    return recipes.map((signWith, at) => {
      const own = options.schemes?.[signWith.scheme] ?? (index + at === 0 ? options : {});
      const keys = own.keys ?? makeSecret(signWith, { now: NOW });
      const scheme = { ...own, keys, signWith, verifyWith, url, certificateUrl: "" };
      return { ...scheme, certificateUrl: certificateUrlOf(provider, scheme) };
    });
  });
}

export function signed(
  provider: Provider,
  { signWith, keys, url }: Scheme,
  type?: string,
): OutgoingRequest {
  const { scheme } = signWith;
  const own = type === undefined ? {} : { type };
  const request = sampleRequest(provider, { url, scheme, ...own });
  return sign(signWith, request, signingOptions(keys));
}

export function signingOptions({ secret, privateKey }: MadeSecret) {
  return { secret, now: NOW, ...(privateKey === null ? {} : { privateKey }) };
}

function certificateUrlOf(provider: Provider, scheme: Scheme): string {
  const { signWith } = scheme;
  if (signWith.kind === "jwt") return signWith.keySet?.url ?? "";
  if (signWith.kind !== "certificate") return "";
  const request = incoming(signed(provider, scheme), NOW);
  return readPlace({ request }, signWith.certificate.url) ?? "";
}

export interface JudgeOptions {
  receivedAt?: number;
  secrets?: readonly string[];
  /** How often each header is repeated. */
  times?: Readonly<Record<string, number>>;
  /** What verifies. @default {verify} */
  by?: typeof verifyInTurns;
}

/** The verdict, with the certificate at its URL. */
export async function judge(
  { verifyWith, keys, certificateUrl }: Scheme,
  request: OutgoingRequest,
  { receivedAt = NOW, secrets = [keys.secret], times = {}, by = verify }: JudgeOptions = {},
): Promise<Verdict> {
  const seen = incoming(request, receivedAt);
  const headers = (name: string) =>
    seen.headers(name).flatMap((value) => Array<string>(times[name] ?? 1).fill(value));
  const options = { secrets: secrets.map((value, index) => ({ id: `${index}`, value })) };
  const { certificate } = keys;
  const fetched = new Map(certificate === null ? [] : [[certificateUrl, certificate]]);
  const found = { certificates: fetched, keySets: fetched };
  return by(verifyWith, { ...seen, headers }, { ...options, ...found });
}

/** Header values, some of which look like signatures. */
export const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  anyText({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("hex")),
  fc
    .uint8Array({ minLength: 32, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString("base64")),
);

/** A value as the bytes of its JSON. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
