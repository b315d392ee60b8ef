import type { Recipe, SignedRequest } from "@hookgate/signature";

/** What a provider's file says of a verified request. */
export interface Description {
  /** The event's type; `unknown` where the request names none. */
  type: string;
  /** The provider's id of the event; empty where it sends none that can be trusted. */
  providerEventId: string;
  /** False where the body is not what the provider sends: not JSON, or without a type. */
  readable: boolean;
}

/** A body to try things out with. */
export interface Sample {
  body: string;
  contentType: string;
}

/** A provider: everything that differs from one sender of webhooks to the next. */
export interface Provider {
  /** What `provider` names in the configuration: the name of the provider's file. */
  id: string;
  /** Where the provider, or we, document how it signs. */
  documentation: string;
  /** How it signs. */
  recipe: Recipe;
  /**
   * Lower-case names of the headers that carry credentials, {@linkcode COMMON_CREDENTIAL_HEADERS} among them: kept for
   * verifying again, never shown, forwarded or handed to a handler.
   */
  credentialHeaders: readonly string[];
  /** Reads a request after it was verified. Takes any bytes, never throws. */
  describe(request: SignedRequest): Description;
  /** An event of this type as the provider would send it at `now`. */
  sample(type: string, now: Date): Sample;
}
