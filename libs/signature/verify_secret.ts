/** A secret to verify with: what the recipe takes as its key, or the public key of the one who signs. */
export interface VerifySecret {
  /** What the verdict says when it matches. */
  id: string;
  /** The secret itself; an empty one, or one that is no key of the recipe's form, never matches. */
  value: string;
}
