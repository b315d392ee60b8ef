import { hash } from "node:crypto";
import type { ConfiguredSource } from "@hookgate/config";
import {
  credentialHeadersOf,
  type Description,
  describeEvent,
  findProvider,
  greet,
  type HandshakeResponse,
  headerValues,
  keptRequest,
  type Provider,
  sourceProvider,
} from "@hookgate/providers";
import {
  type Fetchers,
  hashInTurns,
  looksIntoBody,
  READ_AT_ONCE_BYTES_MAX,
  type SignedRequest,
  turnToLook,
  type Verdict,
  type VerifySecret,
  verifyFetching,
  verifyInTurns,
  withTolerance,
} from "@hookgate/signature";
import { type CapturedEvent, inFlagOrder, type QuarantinedRequest } from "@hookgate/types";
import { AddressList, type AddressVerdict } from "./address_list.ts";
import {
  type DescribeElsewhere,
  describeTask,
  LOOKED_INTO_AT_ONCE_BYTES_MAX,
  toDescribeTask,
} from "./describe_task.ts";
import { keptHeaders } from "./kept_headers.ts";
import {
  acceptedBy,
  type EventParts,
  eventFlags,
  type RefusedParts,
  refusedRecord,
} from "./request_records.ts";
import { SecretsInForce } from "./secrets_in_force.ts";
import { type Called, seenUrl, signedUrl } from "./seen_url.ts";
import { tellApart } from "./tell_apart.ts";
import { trustedUpstream, type Upstream } from "./trusted_upstream.ts";

/** Smaller bodies are looked into at once, in bytes: a hostile one takes up to a millisecond. */
const NO_TURN_BYTES_MAX = 16 * 1024;

/** Largest body of a handshake, in bytes: a larger one is not looked into for one. */
const HANDSHAKE_BYTES_MAX = 256 * 1024;

const NO_SECRETS: readonly VerifySecret[] = [];

/** Options for {@linkcode compileSource}. */
export interface CompileSourceOptions {
  /**
   * The secrets that handshakes have delivered to this source, at the time of the call; null while they are not known.
   * Called only if the provider's handshake delivers secrets. @default {none}
   */
  enrolled?: () => readonly VerifySecret[] | null;
  /** Describes requests with a large body. @default {at once, like all others} */
  describeElsewhere?: DescribeElsewhere;
}

/** A request as it came in over HTTP. */
export interface WireRequest extends Called {
  /** In upper case. */
  method: string;
  /** Whether a trusted proxy has sent it on, so that its `X-Forwarded-` headers count. */
  proxied: boolean;
  /** The exact bytes. */
  body: Uint8Array;
  /** When the last byte arrived, in milliseconds since 1970. */
  receivedAt: number;
}

/** Options for {@linkcode CompiledSource.verify}. Without a fetcher, the verdict says what is needed. */
export interface VerifyRequestOptions extends Fetchers {
  /** Whether a request may be of any age. For an operator's word only. @default {false} */
  anyAge?: boolean;
}

/**
 * A source with everything its requests need, compiled once; safe to use for any number of requests at once.
 */
export class CompiledSource {
  readonly name: string;
  /** Its `recipe` is the one that counts for this source. */
  readonly provider: Provider;
  /** Its own largest body, in bytes; undefined if the general one counts. */
  readonly bodyBytesMax: number | undefined;
  readonly #configured: ConfiguredSource;
  readonly #allowed: AddressList;
  readonly #secrets: SecretsInForce;
  readonly #enrolled: (() => readonly VerifySecret[] | null) | null;
  readonly #describeElsewhere: DescribeElsewhere;
  readonly #credentials: ReadonlySet<string>;
  /** Whether bodies are looked into before they are proven. */
  readonly #looks: boolean;

  constructor(
    configured: ConfiguredSource,
    {
      provider,
      enrolled = () => NO_SECRETS,
      describeElsewhere = async (task) => describeTask(task),
    }: CompileSourceOptions & { provider: Provider },
  ) {
    this.name = configured.name;
    this.provider = provider;
    this.bodyBytesMax = configured.bodyBytesMax;
    this.#configured = configured;
    this.#allowed = new AddressList(configured.allowedIps.ranges);
    this.#secrets = new SecretsInForce(configured.secrets);
    this.#looks = provider.handshake?.verified === false || looksIntoBody(provider.recipe);
    this.#enrolled = provider.handshake?.enrols === true ? enrolled : null;
    this.#describeElsewhere = describeElsewhere;
    // Of all schemes, not only the one that counts: the sender may send the others' credentials, too.
    this.#credentials = new Set(credentialHeadersOf(findProvider(provider.id) ?? provider));
  }

  /** Whether a handshake delivers its secret. */
  get enrols(): boolean {
    return this.#enrolled !== null;
  }

  /** Whether all of its secrets are known. Until then no refusal is certain: answer 503, so that the provider retries. */
  get knowsSecrets(): boolean {
    return this.#enrolled === null || this.#enrolled() !== null;
  }

  /** What the allow list says about an address in canonical form. */
  allows(address: string): AddressVerdict {
    const { mode } = this.#configured.allowedIps;
    if (mode === "off" || this.#allowed.has(address)) return "allowed";
    return mode === "enforce" ? "refused" : "shadow";
  }

  /** The secrets that verify what arrives at this time, in milliseconds since 1970: active, retiring, then delivered ones. */
  secretsAt(time: number): readonly VerifySecret[] {
    const configured = this.#secrets.at(time);
    if (this.#enrolled === null) return configured;
    return [...configured, ...(this.#enrolled() ?? NO_SECRETS)];
  }

  /** Whose trace an event of it continues, if it is trusted; otherwise null. */
  upstreamOf(event: Pick<CapturedEvent, "headers">): Upstream | null {
    return trustedUpstream(event, this.#configured);
  }

  /** The URL that a signature covers, by the URL as the client called it. */
  signedUrl(seen: string): string {
    return signedUrl(seen, this.#configured.publicUrl);
  }

  /** The request as its signature sees it. No accessor: V8 would make a hidden class for each request, and read all of them slowly. */
  request({ method, target, rawHeaders, proxied, body, receivedAt }: WireRequest): SignedRequest {
    const { publicUrl } = this.#configured;
    const seen = publicUrl === null ? seenUrl({ target, rawHeaders }, { proxied }) : target;
    return {
      method,
      url: signedUrl(seen, publicUrl),
      headers: (name) => headerValues(rawHeaders, name),
      body,
      receivedAt,
    };
  }

  /** The same of a request in quarantine: a public URL that was wrong then may be right now. */
  keptRequest(request: QuarantinedRequest): SignedRequest {
    return keptRequest({ ...request, url: this.signedUrl(request.url) });
  }

  /**
   * A turn of the event loop in which there is room for looking into a body that nobody has proven; null if there is now. Of a
   * larger one nothing is read, or a form a piece at a time.
   */
  turnToLook({ body: { length } }: SignedRequest): Promise<void> | null {
    if (length <= NO_TURN_BYTES_MAX || length > READ_AT_ONCE_BYTES_MAX) return null;
    return this.#looks ? turnToLook(length) : null;
  }

  /**
   * The response if the request is a handshake of its provider; null if it may be an event. Call it before verifying and
   * after: some are signed.
   */
  handshake(request: SignedRequest, { verified }: { verified: boolean }): HandshakeResponse | null {
    const { handshake } = this.provider;
    if (handshake === undefined || request.body.length > HANDSHAKE_BYTES_MAX) return null;
    const { settings } = this.#configured;
    const secrets = this.secretsAt(request.receivedAt);
    return greet(handshake, request, { verified, secrets, settings });
  }

  /**
   * Whether one of the secrets in force when it arrived has signed the request. Bad input is a verdict, never an error.
   * Most schemes answer at once, without a promise. A source's trial certificate is used instead of fetching one, or a key set.
   */
  verify(
    request: SignedRequest,
    { anyAge = false, ...fetchers }: VerifyRequestOptions = {},
  ): Verdict | Promise<Verdict> {
    const secrets = this.secretsAt(request.receivedAt);
    const { recipe: own } = this.provider;
    const recipe = anyAge ? withTolerance(own, { past: null }) : own;
    const verdict = verifyInTurns(recipe, request, { secrets });
    const { trialCertificate } = this.#configured;
    const trial = trialCertificate === undefined ? null : async () => trialCertificate;
    const get = trial === null ? fetchers : { fetchCertificate: trial, fetchKeySet: trial };
    if (Object.keys(get).length === 0) return verdict;
    return verifyFetching(request, { recipe, secrets, verdict, ...get });
  }

  /**
   * The event that a verified request is: its id and type as the provider's file reads them, its digest, its flags, how it is
   * told apart, and its headers without those that carry credentials. Of a large body a promise: it is described elsewhere, and
   * hashed a piece at a time.
   */
  event(request: SignedRequest, parts: EventParts): CapturedEvent | Promise<CapturedEvent> {
    const { body } = request;
    if (body.length > LOOKED_INTO_AT_ONCE_BYTES_MAX) return this.#largeEvent(request, parts);
    // As text: Node makes a Buffer of its own three times slower than a string.
    const bodySha256 = Buffer.from(hash("sha256", body, "binary"), "latin1");
    return this.#event(request, parts, {
      description: describeEvent(this.provider, request),
      bodySha256,
    });
  }

  async #largeEvent(request: SignedRequest, parts: EventParts): Promise<CapturedEvent> {
    const task = toDescribeTask(this.#configured, request, parts.rawHeaders);
    const description = await this.#describeElsewhere(task);
    const bodySha256 = await hashInTurns("sha256", request.body);
    return this.#event(request, parts, { description, bodySha256 });
  }

  #event(
    request: SignedRequest,
    parts: EventParts,
    { description, bodySha256 }: { description: Description; bodySha256: Uint8Array },
  ): CapturedEvent {
    const { id, acceptance, address, addressChain, rawHeaders } = parts;
    const { type, providerType, providerEventId, readable } = description;
    const { flags, dedupe, bodyWindowMs } = tellApart(description, request, {
      provider: this.provider,
      recipe: acceptedBy(this.provider.recipe, acceptance),
      dedupe: this.#configured.dedupe ?? null,
    });
    return {
      id,
      source: this.name,
      provider: this.provider.id,
      type,
      providerType,
      receivedAt: request.receivedAt,
      providerEventId,
      secretId: acceptance.secretId,
      address,
      addressChain,
      headers: keptHeaders(rawHeaders, {
        provider: this.provider,
        credentials: this.#credentials,
        request,
      }),
      body: request.body,
      bodySha256,
      flags: inFlagOrder([...eventFlags(parts, { readable }), ...flags]),
      dedupe,
      bodyWindowMs,
    };
  }

  /** The record of a refused request, for quarantine. */
  refused(request: SignedRequest, parts: RefusedParts): QuarantinedRequest {
    return refusedRecord(request, parts, { source: this.name, provider: this.provider.id });
  }
}

/** Compiles a source; null for a provider or scheme that does not exist, which `loadConfig` refuses. */
export function compileSource(
  configured: ConfiguredSource,
  options: CompileSourceOptions = {},
): CompiledSource | null {
  const provider = sourceProvider(configured);
  return provider === null ? null : new CompiledSource(configured, { ...options, provider });
}
