import type { OwnScheme, Provider, SourceScheme } from "@hookgate/providers";
import type {
  BacklogBound,
  DedupeRule,
  EndpointHeader,
  NoticeKind,
  Secret,
  Source,
  Subscription,
} from "@hookgate/types";

/** How a provider signs, as data. */
export type Recipe = Provider["recipe"];

/** A source as it is configured. `sourceProvider` returns the provider that verifies its requests. */
export interface ConfiguredSource extends Source, OwnScheme {
  /** Its own largest body in bytes, or its provider's documented one. @default {limits.bodyBytesMax} */
  bodyBytesMax?: number;
  /** How its events are told apart, instead of as the provider's file says. */
  dedupe?: DedupeRule;
  /** How old, and how far in the future, its requests may be, in seconds. @default {as its recipe says} */
  tolerance?: NonNullable<SourceScheme["tolerance"]>;
  /** What is dropped, masked or encrypted before anything is stored. @default nothing */
  protect?: Protect;
  /** A certificate in PEM, or a key set in JSON, that is trusted instead of the published one, to try a provider out. */
  trialCertificate?: string;
  /** Whether its events continue the trace that their requests come with. @default {false} */
  trustTraceparent?: boolean;
}

/** What is protected of a source's requests: places in bodies by JSON pointer, and headers by name in lower case. */
export interface Protect extends ProtectLists {
  /** Pointer to the id of the person that a body is about; null if nothing is encrypted. */
  subject: string | null;
  headers: ProtectLists;
}

/** Places by what is done with them. */
export interface ProtectLists {
  drop: readonly string[];
  mask: readonly string[];
  encrypt: readonly string[];
}

/** Limits of the edge. */
export interface Limits {
  /** Largest body of a source for which neither it nor its provider says more. @default 1 MiB, at most 32 MiB */
  bodyBytesMax: number;
  /** Time for a whole body. @default 10_000 */
  bodyDeadlineMs: number;
  /** Time for all headers. @default 5_000 */
  headersDeadlineMs: number;
  /** Connections at once; for a further one the idlest is closed. @default 10_000 */
  connectionsMax: number;
  /** Connections of one address, unless it is a trusted proxy's. @default 1_000 */
  connectionsPerAddress: number;
  /** Requests in flight at once. @default 2_000 */
  inFlightMax: number;
  /** Bytes of bodies in flight at once; those above 1 MiB share half of it. @default 128 MiB */
  inFlightBytesMax: number;
  /** Time from the last byte of a body to the answer. @default 2_000 */
  answerBudgetMs: number;
}

/** How many requests an address and a source may send. */
export interface RateLimit {
  /** Window in which an address's requests are counted. @default 900_000 */
  windowMs: number;
  /** Requests of one address in a window. @default 100 */
  max: number;
  /** Whether verified requests count too, as in the specification, or only refused ones. @default false */
  countVerified: boolean;
  /** Verified requests that one source may send each second: its token bucket's rate. @default {null}, which is no limit */
  sourcePerSecond: number | null;
  /** Verified requests that one source may send at once: its token bucket's size. @default twice `sourcePerSecond` */
  sourceBurst: number | null;
}

/** The processes that run handlers. */
export interface HandlerHosts {
  /** @default one for each core */
  count: number;
  /** Resident size at which a host is killed. @default 512 MiB */
  memoryBytesMax: number;
}

/** How long events and refused requests are kept, in milliseconds. An event that waits for a delivery is kept at any age. */
export interface Retention {
  /** Events whose deliveries have all ended, none of them dead, and unhandled events. @default 30 days */
  deliveredMs: number;
  /** Events with dead deliveries. @default 90 days, or `deliveredMs` if that is longer */
  deadMs: number;
  /** Refused requests. @default 7 days */
  quarantineMs: number;
  /** Subscriptions that nobody listens to, or that left the configuration. @default 14 days */
  subscriptionsMs: number;
}

/** How a mail server is reached. */
export interface MailServer {
  /** A name in lower case, or an address without brackets. */
  host: string;
  port: number;
  /** `starttls`: it must offer it. `tls`: from the first byte. */
  tls: "starttls" | "tls" | "none";
  /** Null: it asks for none. */
  login: { user: string; password: string } | null;
}

/** How a recipient is reached. */
export type RecipientTarget =
  | {
      /** A Standard Webhooks endpoint. */
      kind: "endpoint";
      url: string;
      secrets: readonly Secret[];
      headers: readonly EndpointHeader[];
    }
  | {
      /** An incoming webhook of Slack. */
      kind: "slack";
      /** Never shown: who knows it can write to the channel. */
      url: string;
    }
  | {
      kind: "email";
      to: readonly string[];
      from: string;
      smtp: MailServer;
    };

/** Somebody who is told of what happens to Hookgate itself. */
export interface Recipient {
  name: string;
  /** What it is told of. */
  about: readonly NoticeKind[];
  target: RecipientTarget;
}

/** Who is told of what. */
export interface NotifyConfig {
  /** Where the console is, without a slash at its end; null: messages have no links. */
  consoleUrl: string | null;
  recipients: readonly Recipient[];
}

/** The configuration, validated and with every default filled in. */
export interface Config {
  sources: readonly ConfiguredSource[];
  subscriptions: readonly Subscription[];
  /** Addresses and CIDR ranges in canonical form. */
  trustedProxies: readonly string[];
  limits: Limits;
  rateLimit: RateLimit;
  handlerHosts: HandlerHosts;
  /** Names of the variables that handlers get in addition to harmless ones such as PATH. */
  handlerEnv: readonly string[];
  /**
   * Private hosts that endpoints may reach, each as `hostOf` returns it: a name in lower case, or an address without
   * brackets. IPv4 mapped into IPv6 is IPv4.
   */
  privateHosts: readonly string[];
  retention: Retention;
  notify: NotifyConfig;
}

/** Default backlog of a subscription: a million deliveries, 4 GiB of bodies, 7 days. */
export const BACKLOG_DEFAULT: Readonly<BacklogBound> = {
  deliveriesMax: 1_000_000,
  bytesMax: 4 * 1_024 ** 3,
  ageMsMax: 604_800_000,
};
