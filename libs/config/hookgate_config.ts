import type { RetryConfig } from "@hookgate/types";
import type { HandlerHosts, Limits, RateLimit } from "./config.ts";

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

/** One source: a provider, and the secrets that its requests may be signed with. */
export interface SourceConfig {
  /** Id of a provider, such as `generic`. */
  provider: string;
  /** One to ten. A value that is undefined, such as a variable that is not set, is an error. */
  secrets: readonly (string | SecretConfig | undefined)[];
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
  /** A `retiring` secret still verifies, until `until`; a `revoked` one does not. @default "active" */
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
