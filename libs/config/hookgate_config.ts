import type { HandshakeRule, OwnDescribe, OwnResponse } from "@hookgate/providers";
import type { DedupeRule, NoticeKind, RetryConfig, Scalar } from "@hookgate/types";
import type { HandlerHosts, Limits, RateLimit, Recipe } from "./config.ts";

/** What `hookgate.config.ts` exports, made by `defineConfig`. Durations are milliseconds. */
export interface HookgateConfig {
  /** The sources, by name: a path such as `stripe` or `stripe/eu`, of at most five segments of `[a-z0-9_-]`. */
  sources: Readonly<Record<string, SourceConfig>>;
  /** Addresses and CIDR ranges of proxies in front of the edge whose `X-Forwarded-For` is trusted. */
  trustedProxies?: readonly string[] | undefined;
  /** The subscriptions, by name. An event that no subscription wants is kept as unhandled. */
  subscriptions?: Readonly<Record<string, SubscriptionConfig>> | undefined;
  /** Your own retry policies, by name, in addition to `fast` and `standard`. */
  retryPolicies?: Readonly<Record<string, RetryPolicyConfig>> | undefined;
  limits?: Partial<Limits> | undefined;
  rateLimit?: Partial<RateLimit> | undefined;
  handlerHosts?: Partial<HandlerHosts> | undefined;
  handlerEnv?: readonly string[] | undefined;
  /** Hosts with private addresses that endpoints may reach: exact names or addresses. @default none */
  privateHosts?: readonly string[] | undefined;
  retention?: RetentionConfig | undefined;
  /** Who is told when something is wrong. @default nobody */
  notify?: NotifyOptions | undefined;
}

/** Who is told when something is wrong, and once more when it is over. */
export interface NotifyOptions {
  /** Where operators reach the console, such as `https://hookgate.example.com`: messages then have links. */
  consoleUrl?: string | undefined;
  /** The recipients, by name. */
  to?: Readonly<Record<string, RecipientConfig>> | undefined;
}

/** One recipient: exactly one of an endpoint, Slack and e-mail. */
export type RecipientConfig = { about?: readonly NoticeKind[] | undefined } & (
  | Pick<EndpointConfig, "endpoint" | "secret" | "secrets" | "headers">
  | SlackConfig
  | EmailConfig
);

/** An incoming webhook of Slack. */
export interface SlackConfig {
  /** Its URL, or an object with the URL or the file that holds it. */
  slack: string | Pick<SecretConfig, "value" | "file"> | undefined;
}

/** Mail. */
export interface EmailConfig {
  /** Addresses without names. */
  email: string | readonly string[];
  from: string;
  smtp: {
    host: string;
    /** @default 587; 465 with `tls`, 25 with `none` */
    port?: number | undefined;
    /** `starttls`: the server must offer it. `tls`: from the first byte. @default "starttls" */
    tls?: "starttls" | "tls" | "none" | undefined;
    user?: string | undefined;
    password?: string | Pick<SecretConfig, "value" | "file"> | undefined;
  };
}

/** How long events, refused requests and unused subscriptions are kept, in milliseconds, at least an hour each. Events that still wait are kept. */
export interface RetentionConfig {
  /** Events whose deliveries have all ended, none of them dead, and unhandled events. @default 30 days */
  delivered?: number | undefined;
  /** Events with dead deliveries, at least as long as `delivered`. @default 90 days, or `delivered` */
  dead?: number | undefined;
  /** Refused requests. @default 7 days */
  quarantine?: number | undefined;
  /**
   * Names that subscribers opened and nobody listens to, and subscriptions taken out of the configuration, at least a
   * minute. Then they are deleted, and what waits for them is cancelled. @default 14 days
   */
  subscriptions?: number | undefined;
}

/** One source: a provider or your own recipe, and the secrets that its requests may be signed with. */
export interface SourceConfig {
  /** Id of a provider, such as `stripe`. */
  provider?: string | undefined;
  /** How a sender signs that Hookgate does not know as a provider: the data parts of a recipe. Instead of `provider`. */
  recipe?: Recipe | undefined;
  /** Further schemes of which `scheme` chooses one; only with `recipe`. */
  alternatives?: readonly Recipe[] | undefined;
  /**
   * Where the type and the id are, and which of the sender's types are the specification's; only with `recipe`.
   *
   * @default the body's `type`, and no id
   */
  describe?: OwnDescribe | undefined;
  /** How the sender checks that we exist; only with `recipe`. */
  handshake?: HandshakeConfig | undefined;
  /** The methods that events are sent with; only with `recipe`. @default ["POST"] */
  methods?: readonly ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[] | undefined;
  /** The answer that the sender wants, by default an empty 200; only with `recipe`. @default Hookgate's own */
  ownResponse?: Partial<OwnResponse> | undefined;
  /**
   * One to ten: shared secrets, or the provider's public keys. An undefined value, such as a variable that is not set, is an
   * error. Leave it out only if a handshake delivers the secret, or if the provider shares none and a setting identifies the
   * source (`topicArns` of Amazon SNS).
   */
  secrets?: readonly (string | SecretConfig | undefined)[] | undefined;
  /** One of the provider's older or weaker schemes, by name, instead of its first. */
  scheme?: string | undefined;
  /** The URL as the provider calls it, without a query; required if it is part of what is signed. */
  publicUrl?: string | undefined;
  /** The provider's own settings, such as a verify token or `topicArns`; a list is the same as its texts joined by commas. */
  settings?:
    | Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>
    | undefined;
  /**
   * What tells its events apart: a request is a duplicate if an earlier one had the same id, the same id and bytes, or the same
   * bytes; with `none` every request is an event. @default as the provider's file says
   */
  dedupe?: DedupeRule | undefined;
  /** Largest body in bytes, at most 32 MiB. @default the provider's documented one, or `limits.bodyBytesMax` */
  bodyBytesMax?: number | undefined;
  /**
   * How old a request may be, and how far in the future it may be signed, in seconds; a number counts for both. Only if a time
   * is signed. @default as the provider's documentation says, or for as long as it retries
   */
  tolerance?: number | ToleranceConfig | undefined;
  /**
   * Path of a certificate (PEM) or key set (JSON), made by `npx hookgate keys`, that is trusted as if it came from the provider's
   * host. Only for trying out a provider that publishes them (PayPal, Amazon SNS, Google Pub/Sub, Canvas).
   */
  trialCertificate?: string | undefined;
  /** What is dropped, masked or encrypted before anything is stored: see docs/data-protection.md. @default nothing */
  protect?: ProtectConfig | undefined;
  /**
   * Whether verified requests continue the trace that their header `traceparent` names. Only for a sender of your own: whoever
   * sends it decides what is written into your traces, and how much. @default {false}
   */
  trustTraceparent?: boolean | undefined;
  /** Which addresses may send. A plain list means `enforce`; `shadow` only records what `enforce` would refuse. */
  allowedIps?: readonly string[] | AllowedIpsConfig | undefined;
}

/** What is protected of a source's requests. At most 50 places in each of bodies and headers. */
export interface ProtectConfig extends ProtectListsConfig {
  /** JSON pointer to the id of the person that an event is about; required if anything is encrypted. */
  subject?: string | undefined;
  /** Headers by their names in lower case. */
  headers?: ProtectListsConfig | undefined;
}

/** Places by what is done with them: in bodies JSON pointers, in which `*` is any member or item. */
export interface ProtectListsConfig {
  /** Never stored and never delivered, together with their names. */
  drop?: readonly string[] | undefined;
  /** Never stored and never delivered; `***` stands in their place. */
  mask?: readonly string[] | undefined;
  /** Stored encrypted with the key of the person, delivered as they came until that key is deleted. */
  encrypt?: readonly string[] | undefined;
}

type WithoutMethods<Rule> = Rule extends HandshakeRule ? Omit<Rule, "methods" | "status"> : never;

/** A handshake; `methods` are GET, or GET and HEAD where only a status is the answer, and that is 200. */
export type HandshakeConfig = WithoutMethods<HandshakeRule> & {
  methods?: HandshakeRule["methods"] | undefined;
  status?: 200 | 204 | undefined;
};

/** How far the time of signing may be from the time of receipt, in seconds. A side that is left out stays the provider's. */
export interface ToleranceConfig {
  past?: number | undefined;
  future?: number | undefined;
}

/** One secret, from `value` or from `file`. */
export interface SecretConfig {
  /** Shown in logs and records. @default its place in the list, from 1 */
  id?: string | undefined;
  value?: string | undefined;
  /** Path of a file with the secret, relative to the configuration; one line break at its end is removed. */
  file?: string | undefined;
  /**
   * A `retiring` secret still verifies, until `until`. A `revoked` one does not; while its value is here, diagnosis can tell
   * it from a wrong one. @default "active"
   */
  state?: "active" | "retiring" | "revoked" | undefined;
  /** ISO 8601 date and time, for a `retiring` secret. */
  until?: string | undefined;
}

/** An allow list of addresses. */
export interface AllowedIpsConfig {
  /** @default "enforce" */
  mode?: "off" | "shadow" | "enforce" | undefined;
  /** Addresses and CIDR ranges, IPv4 and IPv6. */
  ranges: readonly string[];
}

/** One subscription: which events, and exactly one of a handler, an endpoint and a stream. */
export type SubscriptionConfig = HandlerConfig | EndpointConfig | StreamConfig;

/** The keys that all subscriptions have. */
export interface WantedConfig {
  /** Event types, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  /** Sources, by name or with `*`, such as `stripe/*`. @default all */
  sources?: readonly string[] | undefined;
  /**
   * Conditions on the JSON body: by JSON pointer, the value that must be there, or tests of it. All must hold; at most 20
   * tests.
   */
  where?: Readonly<Record<string, Scalar | FieldTests>> | undefined;
  /** JSON pointer: events with the same value there are delivered one at a time, in order of arrival. @default no order */
  orderBy?: string | undefined;
  /** Name of a policy, or an inline policy. @default "standard" */
  retry?: string | RetryPolicyConfig | undefined;
  /** Tries after the first: shortens the policy, or extends it by repeating its last delay. @default the policy's own */
  retries?: number | undefined;
  /** Past it the subscription is paused until an operator resumes it. */
  backlog?: BacklogConfig | undefined;
}

/** Runs a module. */
export interface HandlerConfig extends WantedConfig {
  /** Path of a module that exports `handle(event, context)`, relative to the configuration. */
  handler: string;
  endpoint?: undefined;
  stream?: undefined;
  /** Time for one attempt, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
  /** Attempts that one dispatcher runs at once. @default as many as the handler keeps up with, 20 to 512 */
  concurrency?: number | undefined;
}

/** Posts the exact bytes that came in to a URL, signed as in Standard Webhooks: the specification's `WebhookConfig`. */
export interface EndpointConfig extends WantedConfig {
  handler?: undefined;
  /** Absolute URL, http or https, without a user name, a password or a fragment. */
  endpoint: string;
  stream?: undefined;
  /** Signs deliveries: `whsec_` and base64 of at least 24 bytes, or any text, which is then the key itself. */
  secret?: string | SecretConfig | undefined;
  /** Several, during a rotation, instead of `secret`: deliveries are signed with each secret that is in force. */
  secrets?: readonly (string | SecretConfig | undefined)[] | undefined;
  /** Whether the headers of the provider's request are passed on, except credentials and connection headers. @default false */
  forwardHeaders?: boolean | undefined;
  /**
   * Headers of every delivery, such as `authorization`. A value is a string, or an object with its value or file; it is
   * kept like a secret.
   */
  headers?: Readonly<Record<string, string | HeaderValueConfig | undefined>> | undefined;
  /** Deliveries that one dispatcher starts each second, 0.01 to 10,000. @default {no bound} */
  rate?: number | undefined;
  /** Time for one complete exchange, in milliseconds. @default 15_000 */
  timeout?: number | undefined;
  /** Requests that one dispatcher sends at once. @default 20 */
  concurrency?: number | undefined;
}

/** A header's value, or the file that holds it, which is read again on a reload. */
export type HeaderValueConfig = Pick<SecretConfig, "value" | "file">;

/** A queue with the subscription's name that services read over gRPC. */
export interface StreamConfig extends WantedConfig {
  handler?: undefined;
  endpoint?: undefined;
  stream: true;
  /** Time to acknowledge a delivery, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
}

/** Tests of one field of a body; all must hold. Comparisons hold only between two numbers or two texts. */
export interface FieldTests {
  equals?: Scalar;
  /** Also holds if there is no such field. */
  not?: Scalar;
  in?: readonly Scalar[];
  /** Whether the field is present, with any value, even null. */
  exists?: boolean;
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
}

/** How much may wait for a subscription. */
export interface BacklogConfig {
  /** @default 1_000_000 */
  deliveries?: number | undefined;
  /** Of bodies. @default 4 GiB */
  bytes?: number | undefined;
  /** How long the earliest delivery may have been due, in milliseconds. @default 7 days */
  age?: number | undefined;
}

/** A retry policy: the specification's form, or a list of delays in milliseconds. */
export type RetryPolicyConfig = (RetryConfig | { delays: readonly number[] }) & {
  /** Share by which a delay may be shorter or longer, 0 to 1. @default 0 */
  jitter?: number | undefined;
};
