import type { MadeSecret, OutgoingRequest } from "@hookgate/signature";
import type { Change } from "./changes.ts";

/** What an official function is given beside the request. */
export interface OracleOptions {
  secret: string;
  /** In PEM; empty where the scheme has none. */
  privateKey: string;
  /** What the clock says, in milliseconds since 1970. */
  now: number;
}

/** The provider's official functions, as judges of what is valid and what is not. */
export interface Oracle {
  /** Signs as the official function does. */
  sign?(
    request: OutgoingRequest,
    options: OracleOptions,
  ): OutgoingRequest | Promise<OutgoingRequest>;
  /** Whether the official function takes the request; throwing says that it does not. */
  verify?(request: OutgoingRequest, options: OracleOptions): unknown;
  /** Changed requests that it may take though we do not; say why at the place. @default {() => false} */
  lenient?(request: OutgoingRequest, change: Change): boolean;
}

/** What the checks of one scheme are made with. */
export interface SchemeChecks {
  oracle?: Oracle;
  /** A pair of keys or a secret of the provider's form. @default {makeSecret(recipe)} */
  keys?: MadeSecret;
  /** Changes of what is signed, each of which has to be refused: where the signature covers not all of the body. */
  tampered?: readonly ((request: OutgoingRequest) => OutgoingRequest)[];
  /** Headers that a computed part signs. */
  signedHeaders?: readonly string[];
}

/** Options for {@linkcode checkProvider}. */
export interface CheckProviderOptions extends SchemeChecks {
  /** The same for the other schemes, by name. */
  schemes?: Readonly<Record<string, SchemeChecks>>;
  /** The public URL. @default {"https://hooks.example.com/api/webhooks/example"} */
  url?: string;
  /** Settings of the source, for the handshake. */
  settings?: Readonly<Record<string, string>>;
}
