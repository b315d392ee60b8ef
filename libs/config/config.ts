import type { DescribeRule, Provider } from "@hookgate/providers";
import type { BacklogBound, Source, Subscription } from "@hookgate/types";

/** How a provider signs, as data. */
export type Recipe = Provider["recipe"];

/** A source, as the configuration has it: `sourceProvider` gives what its requests are held against. */
export interface ConfiguredSource extends Source {
  /** A recipe of one's own, in place of a provider's; its `provider` is `custom` then. */
  recipe?: Recipe;
  /** Where the type and the id stand, beside a recipe of one's own. @default the body's `type`, and no id */
  describe?: DescribeRule;
  /** A certificate in PEM that is trusted whatever the request names, to try a provider out; the provider's own is not, then. */
  trialCertificate?: string;
}

/** What the edge takes before it says no. */
export interface Limits {
  /** Largest body. @default 1 MiB, at most 8 MiB */
  bodyBytesMax: number;
  /** Time for a whole body. @default 10_000 */
  bodyDeadlineMs: number;
  /** Time for all headers. @default 5_000 */
  headersDeadlineMs: number;
  /** Requests under way at once. @default 2_000 */
  inFlightMax: number;
  /** Bytes of bodies under way at once. @default 64 MiB */
  inFlightBytesMax: number;
  /** Time from the last byte of a body to the answer. @default 2_000 */
  answerBudgetMs: number;
}

/** How many requests may come, from an address and from a source. */
export interface RateLimit {
  /** Window in which an address's requests are counted. @default 900_000 */
  windowMs: number;
  /** Requests of one address in a window. @default 100 */
  max: number;
  /** Whether verified requests count too, as in the specification, or only refused ones. @default false */
  countVerified: boolean;
  /** Verified requests that one source may send each second: its token bucket's rate. @default 500 */
  sourcePerSecond: number;
  /** Verified requests that one source may send at once: its token bucket's size. @default 1_000 */
  sourceBurst: number;
}

/** The processes that run handlers. */
export interface HandlerHosts {
  /** @default one for each core */
  count: number;
  /** Resident size at which a host is ended. @default 512 MiB */
  memoryBytesMax: number;
}

/** How long events and refused requests are kept, in milliseconds. What waits for a delivery is kept whatever its age. */
export interface Retention {
  /** Events whose deliveries have all ended, none of them dead; those that nobody wanted, too. @default 30 days */
  deliveredMs: number;
  /** Events with dead deliveries. @default 90 days, or `deliveredMs` where that is longer */
  deadMs: number;
  /** Refused requests. @default 7 days */
  quarantineMs: number;
}

/** The configuration, validated and with every default written out. */
export interface Config {
  sources: readonly ConfiguredSource[];
  subscriptions: readonly Subscription[];
  /** Addresses and CIDR ranges in canonical form. */
  trustedProxies: readonly string[];
  limits: Limits;
  rateLimit: RateLimit;
  handlerHosts: HandlerHosts;
  /**
   * Hosts that endpoints may reach though they are private, each as `hostOf` gives it of a URL: a name in lower case, or an
   * address without brackets; IPv4 that is mapped into IPv6 is IPv4.
   */
  privateHosts: readonly string[];
  retention: Retention;
}

/** What may wait for a subscription where nothing else is said: a million deliveries, 4 GiB of bodies, 7 days. */
export const BACKLOG_DEFAULT: Readonly<BacklogBound> = {
  deliveriesMax: 1_000_000,
  bytesMax: 4 * 1_024 ** 3,
  ageMsMax: 604_800_000,
};
