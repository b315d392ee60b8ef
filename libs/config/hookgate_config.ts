import type { DescribeRule } from "@hookgate/providers";
import type { RetryConfig } from "@hookgate/types";
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

/** One subscription. */
export interface SubscriptionConfig {
  /** Types that are wanted, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  /** Path of a module that exports `handle(event, context)`, relative to the configuration. */
  handler: string;
  /** Name of a policy, or a policy written in place. @default "standard" */
  retry?: string | RetryPolicyConfig | undefined;
  /** Tries after the first: cuts the policy, or extends it with its last wait. @default the policy's own */
  retries?: number | undefined;
  /** Time for one attempt, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
  /** Attempts that one dispatcher runs at once. @default 20 */
  concurrency?: number | undefined;
}

/** A retry policy: the specification's form, or every wait in milliseconds. */
export type RetryPolicyConfig = (RetryConfig | { delays: readonly number[] }) & {
  /** Share by which a wait may be shorter or longer, 0 to 1. @default 0 */
  jitter?: number | undefined;
};
