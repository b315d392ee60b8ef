import {
  isKeyOf,
  type PublicKeyRecipe,
  type Recipe,
  type SignedRequest,
  type SymmetricRecipe,
  type Verdict,
  type VerifySecret,
  verify,
  verifyPublicKeyNow,
} from "@hookgate/signature";
import { isInForce, type QuarantinedRequest, type Secret, type Source } from "@hookgate/types";
import { keptRequest, parseHeaderBlock } from "../headers/header_block.ts";
import { withUserinfo } from "../headers/query_credentials.ts";
import type { Provider } from "../provider.ts";
import type { SourceScheme } from "../source_provider.ts";

/** Most bytes hashed or written for one diagnosis: about 20 ms of work. */
const WORK_BYTES_MAX = 8 * 1024 * 1024;
/** Cost of a try in addition to the bytes of its body. */
const TRY_BYTES = 1_024;
/** The same if it takes a public key. */
const SLOW_TRY_BYTES = 128 * 1_024;

/** A verdict that one of the secrets made the signature, in time or not. */
export type Match = Extract<Verdict, { secretId: string }>;

/** A source as it is configured, with its own recipe if it has one. */
export interface DiagnosedSource extends Source, Omit<SourceScheme, keyof Source> {}

/** What to try instead of what was received or is configured. */
export interface Change {
  request?: Partial<SignedRequest>;
  recipe?: Recipe;
  secrets?: readonly VerifySecret[];
}

/** A body that may be the one that was signed, and what happened to it in transit. */
export type BodyChange = readonly [body: Uint8Array, what: string];

/** A refused request, and how to try what would have verified. */
export interface Trial {
  request: SignedRequest;
  /** The headers as they were sent, in order. */
  headers: readonly [name: string, value: string][];
  source: DiagnosedSource;
  /** Its recipe is the one that counts for the source. */
  provider: Provider;
  /** The secrets of the source that were in force. */
  secrets: readonly Secret[];
  /** The match if a change makes the signature right; null if it does not, or the work limit is reached. */
  match(change: Change): Match | null;
  /** Uses so many bytes of the work limit; false if they are not left. */
  spend(bytes: number): boolean;
  /** Keeps this share of the work that is left for later, and starts a new look. */
  keep(share: number): void;
  /** Whether this look left work undone. */
  isSpent(): boolean;
  /** Whether any did. */
  isUnfinished(): boolean;
}

/** Makes a {@linkcode Trial} of a refused request. */
export function createTrial(
  quarantined: QuarantinedRequest,
  { source, provider }: Pick<Trial, "source" | "provider">,
): Trial {
  const headers = parseHeaderBlock(quarantined.headers);
  const url = withUserinfo(quarantined.url, source.publicUrl);
  const request = keptRequest({ ...quarantined, url });
  const secrets = source.secrets.filter((secret) => isInForce(secret, request.receivedAt));
  let left = WORK_BYTES_MAX;
  let kept = 0;
  let spent = false;
  let unfinished = false;

  function keep(share: number): void {
    kept = left * share;
    spent = false;
  }

  function spend(bytes: number): boolean {
    if (bytes > left - kept) {
      spent = true;
      unfinished = true;
      return false;
    }
    left -= bytes;
    return true;
  }

  function match(change: Change): Match | null {
    const tried = { ...request, ...change.request };
    const recipes = triableOf(change.recipe ?? provider.recipe);
    const given = (change.secrets ?? secrets).filter(({ value }) => value !== "");
    for (const one of recipes) {
      // What is no key costs nothing.
      const isKey = ({ value }: VerifySecret) => one.kind !== "public_key" || isKeyOf(one, value);
      const values = given.filter(isKey);
      if (values.length === 0) continue;
      const bytes = (tried.body.length + TRY_BYTES) * values.length;
      if (one.kind === "public_key" && !spend(SLOW_TRY_BYTES * values.length)) return null;
      if (!spend(bytes)) return null;
      const verdict =
        one.kind === "public_key"
          ? verifyPublicKeyNow(one, tried, { secrets: values })
          : verify(one, tried, { secrets: values });
      if ("secretId" in verdict) return verdict;
      // Without a signature of this form no MAC was computed, as in most tries.
      if (!verdict.ok && verdict.reason !== "no_match") left += bytes - TRY_BYTES;
    }
    return null;
  }

  return {
    request,
    headers,
    source,
    provider,
    secrets,
    match,
    spend,
    keep,
    isSpent: () => spent,
    isUnfinished: () => unfinished,
  };
}

/** The parts of a recipe that can be tried synchronously. */
export function triableOf(recipe: Recipe): (SymmetricRecipe | PublicKeyRecipe)[] {
  const all = recipe.kind === "any" ? recipe.recipes : [recipe];
  return all.filter((one): one is SymmetricRecipe | PublicKeyRecipe => TRIABLE.has(one.kind));
}

const TRIABLE: ReadonlySet<string> = new Set([
  ...["hmac", "hash", "items", "shared_secret", "basic", "public_key"],
]);

type Untimely = Extract<Match, { ok: false }>;

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** A skew this close to a multiple of half an hour looks like a time zone, in seconds. */
const ZONE_SLACK_SECONDS = 90;

/** How far off the time of signing was, and the likely cause; the end of a sentence. */
export function describeTime({ reason, skewSeconds }: Untimely): string {
  const when = reason === "stale" ? "before it arrived" : "after it arrived";
  return `signed ${describeSeconds(skewSeconds)} ${when}: ${guessCause(reason, skewSeconds)}`;
}

/** The same as a sentence of its own; empty if the time is within tolerance. */
export function alsoTime(match: Match): string {
  return match.ok ? "" : ` It was ${describeTime(match)}.`;
}

/** Seconds for people, exact and rounded: `3612 s (about 1 h)`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * HOUR_SECONDS) return `${seconds} s (about ${Math.round(seconds / 60)} min)`;
  if (seconds < 2 * DAY_SECONDS)
    return `${seconds} s (about ${Math.round(seconds / HOUR_SECONDS)} h)`;
  return `${seconds} s (about ${Math.round(seconds / DAY_SECONDS)} days)`;
}

function guessCause(reason: Untimely["reason"], seconds: number): string {
  const half = HOUR_SECONDS / 2;
  const fromZone = Math.abs(seconds - Math.round(seconds / half) * half);
  if (seconds >= half && seconds <= 14 * HOUR_SECONDS && fromZone <= ZONE_SLACK_SECONDS) {
    return "that looks like a local time taken for UTC, or it was sent again";
  }
  if (reason === "future") return "the sender's clock is ahead, or ours is behind";
  return "it was held up or sent again, or our clock is ahead";
}
