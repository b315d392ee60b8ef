import type { DescribeRule } from "@hookgate/providers";
import type { RetryConfig, Scalar } from "@hookgate/types";
import type { HandlerHosts, Limits, RateLimit, Recipe } from "./config.ts";

/** What `hookgate.config.ts` exports, made by `defineConfig`. Durations are milliseconds. */
export interface HookgateConfig {
  /** Who sends, by name: a path such as `stripe` or `stripe/eu`, of at most five segments of `[a-z0-9_-]`. */
  sources: Readonly<Record<string, SourceConfig>>;
  /** Addresses and CIDR ranges of the proxies in front of the edge, whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[] | undefined;
  /** Who wants which events, by name. An event that none wants is kept as unhandled. */
  subscriptions?: Readonly<Record<string, SubscriptionConfig>> | undefined;
  /** Retry policies of your own, by name, beside `fast` and `standard`. */
  retryPolicies?: Readonly<Record<string, RetryPolicyConfig>> | undefined;
  limits?: Partial<Limits> | undefined;
  rateLimit?: Partial<RateLimit> | undefined;
  handlerHosts?: Partial<HandlerHosts> | undefined;
  /** Hosts that endpoints may reach though their addresses are not public: exact names, or addresses. @default none */
  privateHosts?: readonly string[] | undefined;
  retention?: RetentionConfig | undefined;
}

/** How long events and refused requests are kept, in milliseconds, each at least an hour. What still waits is kept. */
export interface RetentionConfig {
  /** Events whose deliveries have all ended, none of them dead, and those that nobody wanted. @default 30 days */
  delivered?: number | undefined;
  /** Events with dead deliveries, at least as long as `delivered`. @default 90 days, or `delivered` */
  dead?: number | undefined;
  /** Refused requests. @default 7 days */
  quarantine?: number | undefined;
}

/** One source: a provider or a recipe of your own, and the secrets that its requests may be signed with. */
export interface SourceConfig {
  /** Id of a provider, such as `stripe`. */
  provider?: string | undefined;
  /** How a sender signs that is no provider of Hookgate's: the data parts of a recipe. In place of `provider`. */
  recipe?: Recipe | undefined;
  /** Where the type and the id stand, beside a recipe. @default the body's `type`, and no id */
  describe?: DescribeRule | undefined;
  /**
   * One to ten: shared secrets, or the provider's public keys. A value that is undefined, such as a variable that is
   * not set, is an error. None only where a handshake delivers it, or where the provider shares none and a setting names what
   * is the source's own (`topicArns` of Amazon SNS).
   */
  secrets?: readonly (string | SecretConfig | undefined)[] | undefined;
  /** One of the provider's older or weaker schemes, by name, in place of its first. */
  scheme?: string | undefined;
  /** The URL as the provider calls it, without a query; needed where it is part of what is signed. */
  publicUrl?: string | undefined;
  /** The provider's own settings, such as a verify token or `topicArns`; a list is as good as its texts joined by commas. */
  settings?:
    | Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>
    | undefined;
  /**
   * Path of a certificate in PEM that is trusted as if it came from the provider's host, made by `npx hookgate keys`: to try
   * a provider out that signs with one (PayPal, Amazon SNS), and for nothing else.
   */
  trialCertificate?: string | undefined;
  /** Who may send. A plain list means `enforce`; `shadow` records what `enforce` would refuse. */
  allowedIps?: readonly string[] | AllowedIpsConfig | undefined;
}

/** One secret, from `value` or from `file`. */
export interface SecretConfig {
  /** What logs and records show. @default its place in the list, from 1 */
  id?: string | undefined;
  value?: string | undefined;
  /** Path of a file that holds the secret, relative to the configuration; one line break at its end is left out. */
  file?: string | undefined;
  /**
   * A `retiring` secret still verifies, until `until`; a `revoked` one does not, and is told apart from a wrong one as
   * long as its value is here. @default "active"
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

/** One subscription: what is wanted, and exactly one of a handler, an endpoint and a stream. */
export type SubscriptionConfig = HandlerConfig | EndpointConfig | StreamConfig;

/** What every subscription can say. */
export interface WantedConfig {
  /** Types that are wanted, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  /** Sources that are wanted, by name or with `*`, such as `stripe/*`. @default all */
  sources?: readonly string[] | undefined;
  /**
   * What the body, as JSON, must be like: by JSON pointer the value that stands there, or tests of it. All must hold; at
   * most 20 tests.
   */
  where?: Readonly<Record<string, Scalar | FieldTests>> | undefined;
  /** JSON pointer: events with the same value there are delivered one after the other, as they came. @default no order */
  orderBy?: string | undefined;
  /** Name of a policy, or a policy written in place. @default "standard" */
  retry?: string | RetryPolicyConfig | undefined;
  /** Tries after the first: cuts the policy, or extends it with its last wait. @default the policy's own */
  retries?: number | undefined;
  /** Past it the subscription is paused, until an operator resumes it. */
  backlog?: BacklogConfig | undefined;
}

/** A module is run. */
export interface HandlerConfig extends WantedConfig {
  /** Path of a module that exports `handle(event, context)`, relative to the configuration. */
  handler: string;
  endpoint?: undefined;
  stream?: undefined;
  /** Time for one attempt, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
  /** Attempts that one dispatcher runs at once. @default 20 */
  concurrency?: number | undefined;
}

/** A URL is posted to, with the exact bytes that came in, signed the Standard Webhooks way: the specification's `WebhookConfig`. */
export interface EndpointConfig extends WantedConfig {
  handler?: undefined;
  /** Absolute URL, http or https, without a user name, a password or a fragment. */
  endpoint: string;
  stream?: undefined;
  /** What deliveries are signed with: `whsec_` and base64 of 24 bytes or more, or any text, which is the key as it is. */
  secret?: string | SecretConfig | undefined;
  /** The same while it changes, in place of `secret`: deliveries are signed with every one that is in force. */
  secrets?: readonly (string | SecretConfig | undefined)[] | undefined;
  /** Whether the headers of the provider's request are passed on, save credentials and those of the connection. @default false */
  forwardHeaders?: boolean | undefined;
  /** Time for one whole exchange, in milliseconds. @default 15_000 */
  timeout?: number | undefined;
  /** Requests that one dispatcher has under way at once. @default 20 */
  concurrency?: number | undefined;
}

/** A queue of that name, which services read over gRPC. */
export interface StreamConfig extends WantedConfig {
  handler?: undefined;
  endpoint?: undefined;
  stream: true;
  /** Time to acknowledge a delivery, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
}

/** Tests of one field of a body, all of which must hold. Comparing holds between two numbers, or two texts. */
export interface FieldTests {
  equals?: Scalar;
  /** Holds where there is no such field, too. */
  not?: Scalar;
  in?: readonly Scalar[];
  /** Whether the field is there, whatever it holds, null too. */
  exists?: boolean;
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
}

/** What may wait for a subscription. */
export interface BacklogConfig {
  /** @default 1_000_000 */
  deliveries?: number | undefined;
  /** Of bodies. @default 4 GiB */
  bytes?: number | undefined;
  /** How long the one that is due earliest may have been due, in milliseconds. @default 7 days */
  age?: number | undefined;
}

/** A retry policy: the specification's form, or every wait in milliseconds. */
export type RetryPolicyConfig = (RetryConfig | { delays: readonly number[] }) & {
  /** Share by which a wait may be shorter or longer, 0 to 1. @default 0 */
  jitter?: number | undefined;
};
