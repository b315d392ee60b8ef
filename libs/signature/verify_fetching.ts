import type { Recipe } from "./recipe.ts";
import type { SignedRequest, VerifySecret } from "./signed_request.ts";
import type { RefusalReason, Verdict } from "./verdict.ts";
import { type VerifyOptions, verifyInTurns } from "./verify.ts";

/**
 * Gets what a verdict may need. A sender may replace a key without another URL or name. So what has refused a request is asked for once
 * more, as `refused`: the answer is a newer one; the same one if it is certainly the newest, because the sender has just been
 * asked; or null if that cannot be found out.
 */
export interface Fetchers {
  /** Gets the certificate at a URL that the recipe's pin allows, in PEM; null if it cannot be had. */
  fetchCertificate?: (url: string, options?: { refused?: string }) => Promise<string | null>;
  /**
   * Gets the key set at a URL of the recipe, in JSON: the newest that can be had, unless an older one has a key of this name;
   * null if there is none.
   */
  fetchKeySet?: (url: string, options: { kid: string; refused?: string }) => Promise<string | null>;
}

/** Options for {@linkcode verifyFetching}. */
export interface VerifyFetchingOptions extends Fetchers {
  recipe: Recipe;
  secrets: readonly VerifySecret[];
  /** The verdict without a certificate or a key set. */
  verdict: Verdict | Promise<Verdict>;
}

/** Refusals that a newer certificate or key may change. */
const MAY_BE_OLD: ReadonlySet<RefusalReason> = new Set(["no_match", "certificate_not_trusted"]);

/**
 * Gets the certificate or the key set that a verdict needs, and verifies with it. While it is open whether there is a newer one, the
 * verdict is that it is needed: a genuine request that is told to come again is not lost, and a forged one gains nothing.
 */
export async function verifyFetching(
  request: SignedRequest,
  { recipe, secrets, verdict: first, fetchCertificate, fetchKeySet }: VerifyFetchingOptions,
): Promise<Verdict> {
  const verdict = await first;
  if (verdict.ok) return verdict;
  if (verdict.reason === "certificate_needed") {
    const { url } = verdict;
    return judge(verdict, {
      get: async (refused) => fetchCertificate?.(url, refused) ?? null,
      verify: (pem) => verifyWith({ certificates: new Map([[url, pem]]) }),
    });
  }
  if (verdict.reason === "key_needed") {
    const { url, kid } = verdict;
    return judge(verdict, {
      get: async (refused) => fetchKeySet?.(url, { kid, ...refused }) ?? null,
      verify: (json) => verifyWith({ keySets: new Map([[url, json]]) }),
    });
  }
  return verdict;

  async function verifyWith(found: Partial<VerifyOptions>): Promise<Verdict> {
    return verifyInTurns(recipe, request, { secrets, ...found });
  }
}

interface JudgeOptions {
  get: (options: { refused?: string }) => Promise<string | null>;
  verify: (text: string) => Promise<Verdict>;
}

async function judge(open: Verdict, { get, verify }: JudgeOptions): Promise<Verdict> {
  const text = await get({});
  if (text === null) return open;
  const verdict = await verify(text);
  if (verdict.ok || !MAY_BE_OLD.has(verdict.reason)) return verdict;
  const newer = await get({ refused: text });
  if (newer === text) return verdict;
  return newer === null ? open : verify(newer);
}
