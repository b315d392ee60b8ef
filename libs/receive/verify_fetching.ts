import {
  type Recipe,
  type SignedRequest,
  type Verdict,
  type VerifySecret,
  verifyInTurns,
} from "@hookgate/signature";

/** Gets what a verdict may need. */
export interface Fetchers {
  /** Gets the certificate at a URL that the recipe's pin allows, in PEM; null if it cannot be had. */
  fetchCertificate?: (url: string) => Promise<string | null>;
  /**
   * Gets the key set at a URL of the recipe, in JSON: the newest that can be had, unless an older one has a key of this name;
   * null if there is none.
   */
  fetchKeySet?: (url: string, kid: string) => Promise<string | null>;
}

/** Options for {@linkcode verifyFetching}. */
export interface VerifyFetchingOptions {
  recipe: Recipe;
  secrets: readonly VerifySecret[];
  /** The verdict without a certificate or a key set. */
  verdict: Verdict | Promise<Verdict>;
  certificateAt: Fetchers["fetchCertificate"];
  keySetAt: Fetchers["fetchKeySet"];
}

/** Gets the certificate or the key set that a verdict needs, and verifies with it. */
export async function verifyFetching(
  request: SignedRequest,
  { recipe, secrets, verdict: first, certificateAt, keySetAt }: VerifyFetchingOptions,
): Promise<Verdict> {
  const verdict = await first;
  if (verdict.ok) return verdict;
  if (verdict.reason === "certificate_needed") {
    const pem = (await certificateAt?.(verdict.url)) ?? null;
    if (pem === null) return verdict;
    const certificates = new Map([[verdict.url, pem]]);
    return verifyInTurns(recipe, request, { secrets, certificates });
  }
  if (verdict.reason !== "key_needed") return verdict;
  const json = (await keySetAt?.(verdict.url, verdict.kid)) ?? null;
  if (json === null) return verdict;
  const keySets = new Map([[verdict.url, json]]);
  return verifyInTurns(recipe, request, { secrets, keySets });
}
