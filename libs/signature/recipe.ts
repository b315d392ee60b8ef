import type { SignedRequest } from "./signed_request.ts";

export type Digest = "sha1" | "sha256" | "sha512";

/** How bytes are written. `hex` is lower case, `hex_upper` upper case, `base64` padded, `base64url` not. */
export type Encoding = "hex" | "hex_upper" | "base64" | "base64url";

/**
 * How a secret becomes a key: its text in UTF-8; `base64`; base64 after an optional `whsec_`; `hex`; the SHA-1 of its
 * text; its text and `&`, as in OAuth 1. A secret that is not in this form never matches.
 */
export type KeyForm = "utf8" | "base64" | "whsec" | "hex" | "sha1" | "oauth1";

/**
 * Where a text is: a header (lower-case name), a string or number in a JSON body (JSON pointer, RFC 6901), a field of a
 * form (urlencoded or multipart/form-data), a string or number in the JSON of such a field, a URL parameter. A place with
 * several values, or a file, is refused.
 */
export type Place =
  | { header: string }
  | { json: string }
  | { form: string; json?: string }
  | { query: string };

/** A part of what is signed. A recipe lists the parts in order, with nothing between them. */
export type SignedPart =
  /** The exact bytes of the body. */
  | "body"
  /** The timestamp, as sent. */
  | "timestamp"
  /** The method in upper case. */
  | "method"
  /** The public URL, and its path with the query. */
  | "url"
  | "path"
  /** The text of the secret itself: for schemes that hash it with the rest, or sign an id that both sides know. */
  | "secret"
  /** The same, written as a value in a form. */
  | "secret_form"
  /** The CRC-32 of the body, in decimal. */
  | "crc32"
  /** Every field of a form, name and value, sorted by name; nothing for other content types. */
  | "sorted_form"
  | { literal: string }
  /** The public URL with the escapes of these characters decoded, such as `:/?@`. */
  | { urlDecoding: string }
  /** The digest of the body. */
  | { digest: Digest; encoding: Encoding }
  | Place
  /**
   * What data cannot describe: a pure function; null if the request lacks what it needs. `covers` says whether the text at a
   * place cannot be changed unnoticed. @default {no place}
   */
  | {
      compute: (request: SignedRequest) => readonly Uint8Array[] | null;
      covers?: (place: Place, request: SignedRequest) => boolean;
    };

/** How signatures are written. */
export type SignatureFormat =
  /** One signature after a prefix: `sha256=…`. `verify` accepts it without the prefix unless it is required; `sign` adds it. */
  | { kind: "plain"; prefix?: string; prefixRequired?: boolean }
  /** Keys and values, keys repeated: `t=…,v1=…,v1=…,v0=…`. All values of `key` count; other keys are ignored. */
  | { kind: "pairs"; delimiter: string; key: string }
  /** The time, then the signatures: `1659641851000,…,…`. The time is the pair `t`. */
  | { kind: "timed_list"; delimiter: string }
  /** Versions and values, `v1,… v1a,…`: all values of `version` count; other versions are ignored. */
  | { kind: "versions"; version: string }
  /**
   * Key names and signatures of a MAC, `name|…&name|…`. The secret is written as `name|key`, too: a signature counts only
   * for the key of its name.
   */
  | { kind: "named"; delimiter: string; separator: string }
  /**
   * Base64 of a JSON object: these members have the signature and the name of its key, and the `fixed` members must be
   * exactly so. The secret is written as `name|key`, and the signature counts only for the key of its name.
   */
  | {
      kind: "envelope";
      signature: string;
      name: string;
      fixed: Readonly<Record<string, string>>;
    };

/** A header that may be sent several times, each time with another signature. */
export interface RepeatedHeader {
  header: string;
  repeated: true;
}

/**
 * Where the signatures are: one place, a header that may be sent several times with different signatures, several places of
 * which any counts, or headers numbered from 1.
 */
export type SignaturePlace =
  | Place
  | RepeatedHeader
  | readonly Place[]
  | {
      /** Lower-case start of the headers' names, such as `x-docusign-signature-`. */
      numbered: string;
      max: number;
    };

/** When it was signed, and how far from the time of receipt that may be. It must be `signed` to prove anything. */
export interface TimestampRule {
  /** Where it is; `pair` is a key in the list that contains the signature. */
  from: Place | { pair: string };
  /** `unix` is seconds, or milliseconds if it has more than 11 digits. */
  unit: "s" | "ms" | "unix" | "iso";
  /** How old it may be, in seconds; null for any age. */
  pastSecondsMax: number | null;
  /** How far in the future it may be, in seconds; null for any. */
  futureSecondsMax: number | null;
}

/** A digest of the body, in a place that is signed. */
export interface BodyDigestRule {
  from: Place;
  /** Whether a URL parameter may be there several times, and any of them may be the digest. @default {false} */
  repeated?: boolean;
  digest: Digest;
  encoding: Encoding;
}

interface RecipeBase {
  /** Name of the scheme, such as `stripe`: part of verdicts, and how a source chooses among schemes. */
  scheme: string;
}

interface SigningRecipe extends RecipeBase {
  signature: SignaturePlace;
  /** @default {{ kind: "plain" }} */
  format?: SignatureFormat;
  /** How a signature is written. */
  encoding: Encoding;
  signed: readonly SignedPart[];
  timestamp?: TimestampRule;
  /** For schemes that do not sign the body itself. */
  bodyDigest?: BodyDigestRule;
  /** Whether every byte of the body is covered; `intact` in verdicts. @default {true} */
  coversBody?: boolean;
  /** Other spellings of the public URL that the provider may have signed, such as one with a port: at most 4 count. */
  urls?: (url: string) => readonly string[];
}

/** A message authentication code: HMAC, or (`hash`) a digest of parts that include the secret. */
export interface MacRecipe extends SigningRecipe {
  kind: "hmac" | "hash";
  /** `md5` is only for a provider that has nothing better. */
  digest: Digest | "md5";
  /** What is never an event, though it is signed: texts of at most 1,024 bytes that a handshake makes us sign. */
  neverSigned?: RegExp;
  /** @default {"utf8"} */
  key?: KeyForm;
}

/**
 * Signed with a private key; the source's secret is the public key: Ed25519 (32 bytes, in hex, base64 or base64 after `whpk_`), ECDSA
 * on P-256 with SHA-256 unless it says SHA-1 (DER signatures) or RSA PKCS #1 (SPKI: base64 of the DER, or PEM).
 */
export interface PublicKeyRecipe extends SigningRecipe {
  kind: "public_key";
  algorithm: "ed25519" | "ecdsa_p256" | "ecdsa_p256_sha1" | "rsa_sha1" | "rsa_sha256";
  key: "hex" | "base64" | "whpk" | "spki";
}

/**
 * RSA PKCS #1 with the key of an X.509 certificate that the request names. The source's secret identifies the account: it
 * is a part of what is signed (`secret`), or the text at `identity`.
 */
export interface CertificateRecipe extends SigningRecipe {
  kind: "certificate";
  /** The digest, or where its name is and the names that are allowed. */
  digest: "sha1" | "sha256" | { from: Place; names: Readonly<Record<string, "sha1" | "sha256">> };
  certificate: {
    url: Place;
    /** Hosts it may come from, over https on the standard port; `*` is one label or part of one. */
    hosts: readonly string[];
    /** What the path must start with. */
    path: string;
  };
  /** Signed text that must be one of the secrets, such as a topic's name. */
  identity?: Place;
}

/** The values that a claim of a token may have, or the setting of the source that lists them, with commas between. */
export type ClaimRule = readonly string[] | { setting: string };

/**
 * A JSON Web Token (JWS, compact) with a digest of the body. The secret is the key: JWK, SPKI, or text for HS256; if there is
 * a `keySet`, it identifies the account.
 */
export interface JwtRecipe extends RecipeBase {
  kind: "jwt";
  /** Where the token is; `body` if it is the whole body, and the event is its claims. */
  token: Place | "body";
  /** Prefix of the token, such as `Bearer `. */
  prefix?: string;
  algorithm: "ES256" | "RS256" | "HS256";
  /** The claim with the body's digest; null if there is none, so that the body is not covered. */
  bodyDigest: { claim: string; digest: Digest; encoding: Encoding } | null;
  /** The claim `iat`, in seconds, and its tolerance. */
  issuedAt: { pastSecondsMax: number | null; futureSecondsMax: number | null } | null;
  /** How long after its claim `exp`, in seconds, a token still counts; null for any time. @default {`exp` is not read} */
  expiry?: { pastSecondsMax: number | null };
  /** Claims of which each must have one of these values. @default {{}} */
  claims?: Readonly<Record<string, ClaimRule>>;
  /** The keys that the sender publishes, of which the token names one. Everybody's tokens are signed with the same ones. */
  keySet?: {
    /** A JSON Web Key Set (RFC 7517), over https. */
    url: string;
    /** JSON pointer, in the claims, of the account that must be one of the secrets. */
    identity: string;
  };
}

/** The secret itself is sent. Proves that the sender knows it, and nothing about the body. */
export interface SharedSecretRecipe extends RecipeBase {
  kind: "shared_secret";
  from: Place;
  /** Required prefix, such as `Bearer `. */
  prefix?: string;
  /** If every item of an array in the body must have one of the secrets; `from` is then a JSON pointer from an item. */
  each?: { items: string; itemsMax: number };
}

/** HTTP Basic (RFC 7617): the secret is `user:password`. */
export interface BasicRecipe extends RecipeBase {
  kind: "basic";
}

/** A signature in each item of an array in a JSON body; all must match. */
export interface ItemsRecipe extends RecipeBase {
  kind: "items";
  /** JSON pointer of the array. */
  items: string;
  itemsMax: number;
  /** JSON pointer of the signature, from an item. */
  signature: string;
  /** JSON pointers of what is signed, from an item; a missing field counts as empty. */
  fields: readonly string[];
  /** Text between the fields. */
  separator: string;
  /** Characters that get a backslash in front of them; list the backslash itself first. @default {""} */
  escaped?: string;
  /**
   * The fields that may contain the separator unescaped. Any other with it is refused, because the signed text could be
   * split into different fields.
   *
   * @default {all}
   */
  separatorIn?: readonly string[];
  digest: Digest;
  encoding: Encoding;
  key: KeyForm;
}

/** Equally strong schemes, of which the sender chooses one: the first that verifies counts. */
export interface AnyRecipe extends RecipeBase {
  kind: "any";
  recipes: readonly Exclude<Recipe, AnyRecipe>[];
}

/** Kinds that `verify` answers synchronously. */
export type SymmetricRecipe = MacRecipe | SharedSecretRecipe | BasicRecipe | ItemsRecipe;

/** Kinds that use the thread pool: their verdict is a promise. */
export type AsymmetricRecipe = PublicKeyRecipe | CertificateRecipe | JwtRecipe;

/** How a provider signs, as data: everything that `verify` and `sign` need to know. */
export type Recipe = SymmetricRecipe | AsymmetricRecipe | AnyRecipe;
