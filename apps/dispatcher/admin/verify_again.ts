import { createHash } from "node:crypto";
import { BlockList, isIPv6 } from "node:net";
import { type ConfiguredSource, sourceProvider } from "@hookgate/config";
import { describeEvent, type Provider, parseHeaderBlock } from "@hookgate/providers";
import { type Acceptance, type SignedRequest, type Verdict, verify } from "@hookgate/signature";
import {
  type EventFlag,
  enrolledSecretId,
  newId,
  type QuarantinedRequest,
  type ReceivedEvent,
} from "@hookgate/types";

/** Options for {@linkcode verifyAgain}. */
export interface VerifyAgainOptions {
  /** The source as it is configured now; null where it is not any more. */
  source: ConfiguredSource | null;
  /** Secrets that an enrolment of the source delivered. */
  enrolled: readonly string[];
  /** Gets the certificate at a URL that the recipe's pin allows; null where it cannot be had. */
  fetchCertificate: (url: string) => Promise<string | null>;
}

/** What a refused request is found to be now. */
export type Reverdict =
  /** The event it is. */
  | { event: ReceivedEvent }
  /** Why it is still none. `handshake`: it verifies, but asks for an answer that is long due. */
  | { refusal: string };

/** Verifies a refused request again: as of the time of its receipt, by the configuration and the secrets of now. */
export async function verifyAgain(
  request: QuarantinedRequest,
  options: VerifyAgainOptions,
): Promise<Reverdict> {
  const { source } = options;
  if (source === null) return { refusal: "unknown_source" };
  const provider = sourceProvider(source);
  if (provider === null) return { refusal: "unknown_scheme" };
  const { recipe } = provider;
  const allowed = source.allowedIps.mode === "off" || isAllowed(source, request.address);
  if (!allowed && source.allowedIps.mode === "enforce") return { refusal: "address_not_allowed" };

  const signed = signedRequest(request, source);
  const secrets = secretsAt(request.receivedAt, options);
  let verdict: Verdict = await verify(recipe, signed, { secrets });
  if (!verdict.ok && verdict.reason === "certificate_needed") {
    const { url } = verdict;
    const pem = source.trialCertificate ?? (await options.fetchCertificate(url));
    if (pem !== null) {
      verdict = await verify(recipe, signed, { secrets, certificates: new Map([[url, pem]]) });
    }
  }
  if (!verdict.ok) return { refusal: verdict.reason };
  const { settings } = source;
  if (provider.handshake?.answer(signed, { secrets, settings })) return { refusal: "handshake" };
  return { event: toEvent(request, { provider, signed, verdict, allowed }) };
}

/** Those that verify a request of this time: a retiring one until its end, a revoked one never. */
function secretsAt(
  receivedAt: number,
  { source, enrolled }: Pick<VerifyAgainOptions, "source" | "enrolled">,
): { id: string; value: string }[] {
  const configured = (source?.secrets ?? []).filter(
    ({ state, until }) => state !== "revoked" && (until === null || until > receivedAt),
  );
  return [...configured, ...enrolled.map((value) => ({ id: enrolledSecretId(value), value }))];
}

function signedRequest(
  request: QuarantinedRequest,
  { publicUrl }: ConfiguredSource,
): SignedRequest {
  const { method, body, receivedAt } = request;
  const values = new Map<string, string[]>();
  for (const [name, value] of parseHeaderBlock(request.headers)) {
    const key = name.toLowerCase();
    const before = values.get(key);
    if (before) before.push(value);
    else values.set(key, [value]);
  }
  const headers = (name: string) => values.get(name) ?? [];
  return { method, url: urlOf(request.url, publicUrl), headers, body, receivedAt };
}

/** A public URL that was wrong then may be right now; the query is the request's own. */
function urlOf(url: string, publicUrl: string | null): string {
  if (publicUrl === null) return url;
  const at = url.indexOf("?");
  return at === -1 ? publicUrl : publicUrl + url.slice(at);
}

function isAllowed({ allowedIps }: ConfiguredSource, address: string): boolean {
  const list = new BlockList();
  for (const range of allowedIps.ranges) {
    const [network = "", bits] = range.split("/");
    const family = isIPv6(network) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

interface Verified {
  provider: Provider;
  signed: SignedRequest;
  verdict: Acceptance;
  /** Whether the source's allow list has its address. */
  allowed: boolean;
}

function toEvent(
  request: QuarantinedRequest,
  { provider, signed, verdict, allowed }: Verified,
): ReceivedEvent {
  const { source, receivedAt, address, addressChain, headers, body } = request;
  const { type, providerType, providerEventId, readable } = describeEvent(provider, signed);
  const flags: EventFlag[] = ["released"];
  if (!readable) flags.push("unreadable");
  if (!verdict.intact) flags.push("not_intact");
  if (!allowed) flags.push("address_shadow");
  return {
    id: newId("evt"),
    source,
    provider: provider.id,
    type,
    providerType,
    receivedAt,
    providerEventId,
    secretId: verdict.secretId,
    address,
    addressChain,
    headers,
    body,
    bodySha256: createHash("sha256").update(body).digest(),
    flags,
  };
}
