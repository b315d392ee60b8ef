/** A part of the request that the signature covers. */
export type SignedPart = "body";

/** How a provider signs, as data: everything that `verify` and `sign` need to know. */
export interface Recipe {
  /** Name of the scheme, such as `generic`; verdicts carry it. */
  scheme: string;
  /** Lower-case name of the header that holds the signature. */
  header: string;
  /** What stands before the digest, such as `sha256=`; `verify` does without, `sign` writes it. Empty where there is none. */
  prefix: string;
  digest: "sha256";
  /** How the digest is written; `hex` is lower case. */
  encoding: "hex";
  /** How the secret becomes the key: its text in UTF-8. */
  key: "utf8";
  /** The parts that are signed, in order, nothing between them. */
  signed: readonly SignedPart[];
}
