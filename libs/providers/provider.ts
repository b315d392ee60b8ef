import type { Place, Recipe, SignedRequest } from "@hookgate/signature";
import type { WebhookEventType } from "@hookgate/types";
import type { Handshake } from "./handshake.ts";

/** What a provider's file says of a verified request, in the provider's own words. */
export interface ProviderDescription {
  /** The event's type as the provider calls it; empty where the request names none. */
  type: string;
  /** The provider's id of the event; empty where it sends none that can be trusted. */
  providerEventId: string;
  /** False where the body is not what the provider sends, such as no JSON. */
  readable: boolean;
}

/** Where the type and the id stand: the first place that has a text counts. */
export interface DescribeRule {
  type: Place | readonly Place[];
  /** Null where the provider sends no id. */
  id: Place | readonly Place[] | null;
}

/** What is known of a verified request, in Hookgate's words. */
export interface Description {
  /** The type that subscriptions match: canonical where the provider's file maps it, `unknown` where there is none. */
  type: string;
  /** The type as the provider calls it; `unknown` where there is none. */
  providerType: string;
  /** The provider's id of the event; empty where it sends none that can be trusted. */
  providerEventId: string;
  /** False where the body is not what the provider sends: not JSON, or without a type. */
  readable: boolean;
}

/** A request to try things out with, before it is signed. */
export interface Sample {
  body: string;
  contentType: string;
  /** What the provider sends beside it, by lower-case name: the id, the type. Signatures are not among them. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * What a provider's file rests on: agreement with the official package (`sdk`), the documentation's worked example
 * (`example`), its formula only (`formula`), or nothing to compute (`shared_secret`).
 */
export type Evidence = "sdk" | "example" | "formula" | "shared_secret";

/** A setting that a source of this provider may have beside its secrets. */
export interface ProviderSetting {
  name: string;
  required: boolean;
  /** Whether it must never be shown. */
  secret: boolean;
  /** What it is and where to find it. */
  note: string;
}

/** A provider: everything that differs from one sender of webhooks to the next. */
export interface Provider {
  /** What `provider` names in the configuration: the name of the provider's file. */
  id: string;
  /** What people call it, such as `GitHub`. */
  name: string;
  /** URL of where the provider, or we, document how it signs. */
  documentation: string;
  /** How it signs, unless the source names another of its schemes. */
  recipe: Recipe;
  /**
   * Older or weaker schemes that are still in use. Each counts only where a source names its `scheme`, and then alone:
   * a request never gets to choose a weaker proof.
   */
  alternatives?: readonly Recipe[];
  handshake?: Handshake;
  /** How to read a request after it was verified: places, or a function that takes any bytes and never throws. */
  describe: DescribeRule | ((request: SignedRequest) => ProviderDescription);
  /** The specification's types, by the provider's. */
  canonical: Readonly<Record<string, WebhookEventType>>;
  /** Whether the signature covers the event's id. False: anybody could put another id on the same body. */
  dedupeCovered: boolean;
  /**
   * Lower-case names of further headers that carry credentials: kept for verifying again, never shown, forwarded or passed
   * to a handler. The common ones, and those that a scheme reads the secret itself from, need not be listed.
   *
   * @default {[]}
   */
  credentialHeaders?: readonly string[];
  /** The 200 that the provider wants; Hookgate's own where there is none. */
  ownResponse?: { status: number; contentType: string; body: string };
  /** How long the provider waits for an answer, in milliseconds; null where it does not say. */
  ackDeadlineMs: number | null;
  retries: {
    /** Whether it sends again by itself what was not answered with a 2xx. */
    automatic: boolean;
    /** For how long, in milliseconds, by itself or by hand; null where it does not say. */
    horizonMs: number | null;
    /** What an operator should know, such as which answers end it. */
    note: string;
  };
  /** Whether the URL is part of what is signed: behind a proxy the source then needs a `publicUrl`. */
  needsPublicUrl: boolean;
  /** What a secret looks like, for diagnosis and messages; `pattern` is null where every text may be one. */
  secretHint: { pattern: RegExp | null; note: string };
  settings?: readonly ProviderSetting[];
  /**
   * The setting whose texts stand for the source's secrets, where the provider shares none: names that nobody has to
   * keep, one of which a request has to bear.
   */
  secretsSetting?: string;
  /** At least one. */
  evidence: readonly Evidence[];
  /** Types that `sample` knows, at least one, the provider's own: those of `canonical` among them. */
  sampleTypes: readonly string[];
  /**
   * An event as the provider would send it at `now`. The type is one of `sampleTypes`, or one of the specification's
   * that `canonical` maps to; for any other type, an event that bears it as its type.
   */
  sample(type: string, now: Date): Sample;
}
