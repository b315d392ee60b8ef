import type { SignedRequest } from "./signed_request.ts";

export type Digest = "sha1" | "sha256" | "sha512";

/** How bytes are written. `hex` is lower case, `hex_upper` upper case, `base64` padded, `base64url` not. */
export type Encoding = "hex" | "hex_upper" | "base64" | "base64url";

/**
 * How a secret becomes a key: its text in UTF-8; `base64`; base64 after an optional `whsec_`; `hex`; the SHA-1 of its
 * text. A secret that cannot be read so never matches.
 */
export type KeyForm = "utf8" | "base64" | "whsec" | "hex" | "sha1";

/**
 * A place where a text stands: a header (lower-case name), a string or number of a JSON body (JSON pointer, RFC 6901), a
 * field of a form-encoded body, a parameter of the URL. What stands there twice is refused.
 */
export type Place = { header: string } | { json: string } | { form: string } | { query: string };

/** A part of what is signed; a recipe lists them in order, nothing between them. */
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
  /** The text of the secret itself: schemes that hash it with the rest, or sign an id that both sides know. */
  | "secret"
  /** The CRC-32 of the body, in decimal. */
  | "crc32"
  /** Every field of a form-encoded body, name and value, sorted by name; nothing for another content type. */
  | "sorted_form"
  | { literal: string }
  /** The public URL with the escapes of these characters decoded, such as `:/?@`. */
  | { urlDecoding: string }
  /** The digest of the body. */
  | { digest: Digest; encoding: Encoding }
  | Place
  /** What no data can say: a pure function; null where the request has not what it needs. */
  | { compute: (request: SignedRequest) => readonly Uint8Array[] | null };

/** How signatures are written. */
export type SignatureFormat =
  /** One signature, after a prefix: `sha256=…`. `verify` does without the prefix unless it is required; `sign` writes it. */
  | { kind: "plain"; prefix?: string; prefixRequired?: boolean }
  /** Keys and values, keys repeated: `t=…,v1=…,v1=…,v0=…`. All values of `key` count, other keys are ignored. */
  | { kind: "pairs"; delimiter: string; key: string }
  /** Versions and values, `v1,… v1a,…`: all values of `version` count, other versions are ignored. */
  | { kind: "versions"; version: string }
  /**
   * Names of keys and signatures of a MAC, `name|…&name|…`. The secret is written so, too, as `name|key`: a signature
   * counts for the key of its name only.
   */
  | { kind: "named"; delimiter: string; separator: string }
  /**
   * Base64 of a JSON object: these members hold the signature and the name of its key, and the `fixed` ones are as they
   * are here. The secret is written `name|key`, and the signature counts for the key of its name only.
   */
  | {
      kind: "envelope";
      signature: string;
      name: string;
      fixed: Readonly<Record<string, string>>;
    };

/** Where the signatures stand: one place, several of which any counts, or headers numbered from 1. */
export type SignaturePlace =
  | Place
  | readonly Place[]
  | {
      /** Lower-case start of the headers' names, such as `x-docusign-signature-`. */
      numbered: string;
      max: number;
    };

/** When it was signed, and how far from the time of receipt that may be. What is not among `signed` proves nothing. */
export interface TimestampRule {
  /** Where it stands; `pair` names a key of the signature's own list. */
  from: Place | { pair: string };
  unit: "s" | "ms" | "iso";
  /** How old it may be, in seconds; null where nothing is too old. */
  pastSecondsMax: number | null;
  /** How far ahead it may be, in seconds; null where nothing is. */
  futureSecondsMax: number | null;
}

/** A digest of the body that the request holds in a place that is signed. */
export interface BodyDigestRule {
  from: Place;
  digest: Digest;
  encoding: Encoding;
}

interface RecipeBase {
  /** Name of the scheme, such as `stripe`; verdicts carry it, and a source may choose by it. */
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
  /** Checked where the body itself is not signed. */
  bodyDigest?: BodyDigestRule;
  /** Whether every byte of the body is covered; verdicts say so as `intact`. @default {true} */
  coversBody?: boolean;
  /** Other spellings of the public URL that the provider may have signed, such as one with a port: at most 4 count. */
  urls?: (url: string) => readonly string[];
}

/** A message authentication code: HMAC, or (`hash`) a digest of parts among which the secret is one. */
export interface MacRecipe extends SigningRecipe {
  kind: "hmac" | "hash";
  digest: Digest;
  /** @default {"utf8"} */
  key?: KeyForm;
}

/**
 * A public key, which is what the source's secret is: Ed25519 (32 bytes, in hex, base64 or base64 after `whpk_`), ECDSA
 * on P-256 with SHA-256 unless it says SHA-1 (DER signatures) or RSA PKCS #1 (SPKI: base64 of the DER, or PEM).
 */
export interface PublicKeyRecipe extends SigningRecipe {
  kind: "public_key";
  algorithm: "ed25519" | "ecdsa_p256" | "ecdsa_p256_sha1" | "rsa_sha1" | "rsa_sha256";
  key: "hex" | "base64" | "whpk" | "spki";
}

/**
 * RSA PKCS #1 with the key of an X.509 certificate that the request names. The source's secret is what tells the
 * account: a part of what is signed (`secret`), or the text at `identity`.
 */
export interface CertificateRecipe extends SigningRecipe {
  kind: "certificate";
  /** The digest, or where its name stands and which names there are. */
  digest: "sha1" | "sha256" | { from: Place; names: Readonly<Record<string, "sha1" | "sha256">> };
  certificate: {
    url: Place;
    /** Hosts it may come from, over https on the standard port; `*` is one label or part of one. */
    hosts: readonly string[];
    /** What the path has to begin with. */
    path: string;
  };
  /** Signed text that has to be one of the secrets, such as a topic's name. */
  identity?: Place;
}

/** A JSON Web Token (JWS, compact) that holds a digest of the body. The secret is the key: JWK, SPKI, or text for HS256. */
export interface JwtRecipe extends RecipeBase {
  kind: "jwt";
  token: Place;
  /** What stands before the token, such as `Bearer `. */
  prefix?: string;
  algorithm: "ES256" | "RS256" | "HS256";
  /** The claim with the body's digest; null where no claim has one: then the body is not covered. */
  bodyDigest: { claim: string; digest: Digest; encoding: Encoding } | null;
  /** The claim `iat`, in seconds, and its tolerance. */
  issuedAt: { pastSecondsMax: number | null; futureSecondsMax: number | null } | null;
}

/** The secret itself, sent along. Proves that the sender knows it, and nothing of the body. */
export interface SharedSecretRecipe extends RecipeBase {
  kind: "shared_secret";
  from: Place;
  /** What stands before it, such as `Bearer `; required. */
  prefix?: string;
  /** Where every item of a list in the body has to hold one of the secrets: `from` is then a JSON pointer from an item. */
  each?: { items: string; itemsMax: number };
}

/** HTTP Basic (RFC 7617): the secret is `user:password`. */
export interface BasicRecipe extends RecipeBase {
  kind: "basic";
}

/** A signature in each of several items of a JSON body, every one of which has to match. */
export interface ItemsRecipe extends RecipeBase {
  kind: "items";
  /** JSON pointer of the array. */
  items: string;
  itemsMax: number;
  /** JSON pointer, from an item, of its signature. */
  signature: string;
  /** JSON pointers, from an item, of what is signed; what is missing counts as empty. */
  fields: readonly string[];
  /** What stands between the fields. */
  separator: string;
  /** Characters of a field that a backslash is put before, the backslash first where it is one; usually none. */
  escaped?: string;
  /**
   * The fields that may hold the separator, where it is not escaped; in any other it is refused, because what is signed
   * could be cut into other fields. All may where this is not given.
   */
  separatorIn?: readonly string[];
  digest: Digest;
  encoding: Encoding;
  key: KeyForm;
}

/** Schemes that are equally strong, of which the sender chooses one: the first that verifies counts. */
export interface AnyRecipe extends RecipeBase {
  kind: "any";
  recipes: readonly Exclude<Recipe, AnyRecipe>[];
}

/** Kinds that `verify` answers at once. */
export type SymmetricRecipe = MacRecipe | SharedSecretRecipe | BasicRecipe | ItemsRecipe;

/** Kinds that take the thread pool: their verdict is a promise. */
export type AsymmetricRecipe = PublicKeyRecipe | CertificateRecipe | JwtRecipe;

/** How a provider signs, as data: everything that `verify` and `sign` need to know. */
export type Recipe = SymmetricRecipe | AsymmetricRecipe | AnyRecipe;
