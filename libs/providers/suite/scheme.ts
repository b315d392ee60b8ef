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
} from "@hookgate/signature";
import type { Provider } from "../provider.ts";
import type { CheckProviderOptions, SchemeChecks } from "./check_provider_options.ts";

/** The time at which all checks sign and verify; the clock of `Date` stands still at it. */
export const NOW = Date.parse("2026-01-02T03:04:05.000Z");

/** One way to sign: `verifyWith` is the recipe that has it, itself or as one of several equally strong ones. */
export interface Scheme extends SchemeChecks {
  signWith: Recipe;
  verifyWith: Recipe;
  keys: MadeSecret;
  /** The public URL. */
  url: string;
  /** Where the certificate is; empty where there is none. */
  certificateUrl: string;
}

/** A request of the provider's with one of its samples in it, not signed yet. */
export function sampleRequest(
  provider: Provider,
  {
    type = provider.sampleTypes[0] ?? "",
    url = "https://hooks.example.com/api/webhooks/example",
  } = {},
): OutgoingRequest {
  const { body, contentType, headers } = provider.sample(type, new Date(NOW));
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
  const request = sampleRequest(provider, type === undefined ? { url } : { url, type });
  return sign(signWith, request, signingOptions(keys));
}

export function signingOptions({ secret, privateKey }: MadeSecret) {
  return { secret, now: NOW, ...(privateKey === null ? {} : { privateKey }) };
}

function certificateUrlOf(provider: Provider, scheme: Scheme): string {
  if (scheme.signWith.kind !== "certificate") return "";
  const request = incoming(signed(provider, scheme), NOW);
  return readPlace({ request }, scheme.signWith.certificate.url) ?? "";
}

export interface JudgeOptions {
  receivedAt?: number;
  secrets?: readonly string[];
  /** Gives every header so often. */
  times?: Readonly<Record<string, number>>;
}

/** The verdict, with the certificate at hand where the provider has put it. */
export async function judge(
  { verifyWith, keys, certificateUrl }: Scheme,
  request: OutgoingRequest,
  { receivedAt = NOW, secrets = [keys.secret], times = {} }: JudgeOptions = {},
): Promise<Verdict> {
  const seen = incoming(request, receivedAt);
  const headers = (name: string) =>
    seen.headers(name).flatMap((value) => Array<string>(times[name] ?? 1).fill(value));
  const options = { secrets: secrets.map((value, index) => ({ id: `${index}`, value })) };
  const { certificate } = keys;
  const certificates = new Map(certificate === null ? [] : [[certificateUrl, certificate]]);
  return verify(verifyWith, { ...seen, headers }, { ...options, certificates });
}
