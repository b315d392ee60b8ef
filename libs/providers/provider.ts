import type { Place, Recipe, SignedRequest } from "@hookgate/signature";
import type { WebhookEventType } from "@hookgate/types";
import type { Handshake } from "./handshake.ts";
import type { Retries } from "./retries.ts";

/** What a provider's file reads from a verified request, in the provider's terms. */
export interface ProviderDescription {
  /** The event's type as the provider calls it; empty if the request has none. */
  type: string;
  /** The provider's id of the event; empty if it sends none that can be trusted. */
  providerEventId: string;
  /** False if the body is not what the provider sends, such as not JSON. */
  readable: boolean;
  /** Where the type was read: decides whether the signature covers it. @default {somewhere in a JSON body} */
  typeAt?: Place;
  /** The same for the id. */
  idAt?: Place;
  /** {@linkcode Identity.bodiesDiffer} for this request. @default {the provider's} */
  bodiesDiffer?: boolean;
}

/**
 * What tells a provider's events apart. Whether the signature covers the id and the type is not stated: it follows from
 * where they were read and from the recipe.
 */
export interface Identity {
  /**
   * Whether the bodies of any two events without an id differ, because each holds a time or a serial number: where it is, and
   * then only of bodies with a text at one of these places. If so, the same bytes within the provider's retry horizon are a
   * duplicate. If in doubt false: then every request is an event of its own, because a lost event is worse than one that
   * comes twice.
   */
  bodiesDiffer: boolean | readonly Place[];
  /** False if different events may have the same id: it then counts only together with the body. @default {true} */
  idUnique?: boolean;
}

/** Where the type and the id are: the first place with a text counts. */
export interface DescribeRule {
  type: Place | readonly Place[];
  /** Null if the provider sends no id. */
  id: Place | readonly Place[] | null;
}

/** The type and id of a verified request, in Hookgate's terms. */
export interface Description {
  /** The type that subscriptions match: canonical if the provider's file maps it, `unknown` if there is none. */
  type: string;
  /** The type as the provider calls it; `unknown` if there is none. */
  providerType: string;
  /** The provider's id of the event; empty if it sends none that can be trusted. */
  providerEventId: string;
  /** False if the body is not what the provider sends: not JSON, or without a type. */
  readable: boolean;
  /** Where the type and the id were read. */
  typeAt: Place;
  idAt: Place;
  /** Whether the body of any other event differs. Counts only without an id. */
  bodiesDiffer: boolean;
}

/** An example request, before it is signed. */
export interface Sample {
  body: string;
  contentType: string;
  /** Further headers of the provider, by lower-case name, such as the id or the type; no signatures. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * What proves a provider's file: agreement with the official package (`sdk`), the worked example of the documentation
 * (`example`), only its formula (`formula`), or nothing is computed (`shared_secret`).
 */
export type Evidence = "sdk" | "example" | "formula" | "shared_secret";

/** A setting that a source of this provider may have in addition to its secrets. */
export interface ProviderSetting {
  name: string;
  required: boolean;
  /** Whether it must never be shown. */
  secret: boolean;
  /** What it is and where to find it. */
  note: string;
}

/** A method that events are sent with. */
export type EventMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The methods of nearly all providers. */
export const POST_ONLY: readonly EventMethod[] = Object.freeze(["POST"]);

/** How a provider wants events to be answered. */
export interface OwnResponse {
  /** Of success. */
  status: number;
  contentType: string;
  body: string;
  /** Whether refusals must have no body either. @default {false} */
  emptyRefusals?: boolean;
  /** Lower-case name of a header of the request that is returned in the response. */
  echo?: string;
}

/** What a provider's secrets look like. */
export interface SecretHint {
  /** Null if it can be any text. */
  pattern: RegExp | null;
  /** What it is, and where to find it. */
  note: string;
  /**
   * Makes one for trials, which matches `pattern`, from what fits the recipe: 64 hexadecimal digits, unless its `key` or its kind
   * needs something else. @default {that itself}
   */
  trial?: (made: string) => string;
}

/** A provider: everything that differs between senders of webhooks. */
export interface Provider {
  /** `provider` in the configuration: the name of the provider's file. */
  id: string;
  /** Its display name, such as `GitHub`. */
  name: string;
  /** URL of the documentation of how it signs. */
  documentation: string;
  /** How it signs, unless the source names another of its schemes. */
  recipe: Recipe;
  /**
   * Older or weaker schemes that are still in use. One counts only if a source names it as its `scheme`, and then alone: a
   * request never gets to choose a weaker proof.
   */
  alternatives?: readonly Recipe[];
  handshake?: Handshake;
  /** Its largest body in bytes, if it documents one above the usual default of 1 MiB. */
  bodyBytesMax?: number;
  /** The methods that it sends events with. @default {["POST"]} */
  methods?: readonly EventMethod[];
  /** How to read a verified request: places, or a function that takes any bytes and never throws. */
  describe: DescribeRule | ((request: SignedRequest) => ProviderDescription);
  /** The specification's types, by the provider's types. */
  canonical: Readonly<Record<string, WebhookEventType>>;
  /** What tells its events apart. */
  identity: Identity;
  /**
   * Lower-case names of further headers that carry credentials: kept for verifying again, never shown, forwarded or passed
   * to a handler. The common ones, and those that a scheme reads the secret itself from, need not be listed.
   *
   * @default {[]}
   */
  credentialHeaders?: readonly string[];
  /** The success response that the provider wants. @default {Hookgate's own} */
  ownResponse?: OwnResponse;
  /** How long the provider waits for an answer, in milliseconds; null if it does not say. */
  ackDeadlineMs: number | null;
  /** How it sends again what was not answered with success. */
  retries: Retries;
  /** Whether the URL is part of what is signed: then the source needs a `publicUrl`. */
  needsPublicUrl: boolean;
  /** What a secret looks like, for diagnosis and messages. */
  secretHint: SecretHint;
  settings?: readonly ProviderSetting[];
  /**
   * If the provider shares no secret: the setting with the source's names (such as topics), one of which a request must
   * have. They are public.
   */
  secretsSetting?: string;
  /** At least one. */
  evidence: readonly Evidence[];
  /** The provider's types that `sample` knows, at least one, including all of `canonical`. */
  sampleTypes: readonly string[];
  /**
   * An event as the provider would send it at `now`. The type is one of `sampleTypes`, or one of the specification's that
   * `canonical` maps to; for any other, an event with this type.
   */
  sample(type: string, now: Date): Sample;
  /** Samples of the schemes whose requests have another form, by the scheme's name. @default {all the same} */
  schemeSamples?: Readonly<Record<string, Provider["sample"]>>;
  /**
   * Whether it sends JSON exactly as `JSON.stringify` writes it: its package verifies the parsed body written again, not the
   * bytes. @default {false}
   */
  compactJson?: boolean;
}
