import { isForm } from "@hookgate/types";
import { verifyCertificate } from "./certificate.ts";
import { looksIntoBody, prepareForm, prepareSortedForm } from "./in_turns.ts";
import { verifyItems, verifyItemsInTurns } from "./items.ts";
import { verifyJwt } from "./jwt.ts";
import {
  FORM_READ_AT_ONCE_BYTES_MAX,
  HASHED_AT_ONCE_BYTES_MAX,
  PARSED_BODY_BYTES_MAX,
  READ_AT_ONCE_BYTES_MAX,
  URLS_MAX,
} from "./limits.ts";
import { verifyMac, verifyMacInTurns } from "./mac.ts";
import { verifyPublicKey } from "./public_key.ts";
import type { AnyRecipe, AsymmetricRecipe, Recipe, SymmetricRecipe } from "./recipe.ts";
import { verifyBasic, verifySharedSecret } from "./shared_secret.ts";
import type { SignedRequest, VerifySecret } from "./signed_request.ts";
import { type Refusal, type RefusalReason, refuse, type Verdict } from "./verdict.ts";

/** Options for {@linkcode verify}. */
export interface VerifyOptions {
  secrets: readonly VerifySecret[];
  /** Certificates that earlier verdicts needed, PEM by URL. @default {new Map()} */
  certificates?: ReadonlyMap<string, string>;
  /** Key sets that earlier verdicts needed, JSON by URL. @default {new Map()} */
  keySets?: ReadonlyMap<string, string>;
}

/**
 * Checks whether the request was signed with one of the secrets. Bad input is a verdict, never an error, and the promise
 * of a slow scheme never rejects.
 *
 * All secrets are tried, whichever matches, and MACs are compared in constant time: timing reveals neither how much of a
 * guess was right nor which secret is in use. Only one spelling of a signature is accepted, in a header that is sent once,
 * so no changed bit of it verifies. Time is checked last, relative to the time of receipt: `stale` and `future` mean that
 * the signature itself was right.
 */
export function verify(
  recipe: SymmetricRecipe,
  request: SignedRequest,
  options: VerifyOptions,
): Verdict;
export function verify(
  recipe: AsymmetricRecipe,
  request: SignedRequest,
  options: VerifyOptions,
): Promise<Verdict>;
export function verify(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Verdict | Promise<Verdict>;
export function verify(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Verdict | Promise<Verdict> {
  switch (recipe.kind) {
    case "hmac":
    case "hash":
      return verifyMac(recipe, request, options);
    case "public_key":
      return verifyPublicKey(recipe, request, options);
    case "certificate": {
      const { secrets, certificates = new Map() } = options;
      return verifyCertificate(recipe, request, { secrets, certificates });
    }
    case "jwt": {
      const { secrets, keySets = new Map() } = options;
      return verifyJwt(recipe, request, { secrets, keySets });
    }
    case "shared_secret":
      return verifySharedSecret(recipe, request, options);
    case "basic":
      return verifyBasic(recipe, request, options);
    case "items":
      return verifyItems(recipe, request, options);
    case "any":
      return verifyAny(recipe, request, options);
    default:
      // A user's own recipe may have a kind from a later version: never verify what is not understood.
      return refuse("unknown_version");
  }
}

/**
 * The same for a body of any size: one that takes long is read and hashed a piece at a time, so that other requests have
 * their turn. A small one costs nothing more.
 */
export function verifyInTurns(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Verdict | Promise<Verdict> {
  if (request.body.length > PARSED_BODY_BYTES_MAX) return verifyLargest(recipe, request, options);
  if (isLargeForm(request) && looksIntoBody(recipe)) {
    return verifyLargeForm(recipe, request, options);
  }
  const { length } = request.body;
  const hashed = length * options.secrets.length * hashesOf(recipe);
  const isLarge = length > READ_AT_ONCE_BYTES_MAX || hashed > HASHED_AT_ONCE_BYTES_MAX;
  return (isLarge ? verifyLarge : verify)(recipe, request, options);
}

/** Reading and hashing an item takes as long as hashing this many times its bytes. */
const ITEM_HASHES = 16;

/** How often the body is hashed for one secret. */
function hashesOf(recipe: Recipe): number {
  if (recipe.kind === "any") return recipe.recipes.reduce((sum, one) => sum + hashesOf(one), 0);
  if (recipe.kind === "items") return ITEM_HASHES;
  const urls = "urls" in recipe && recipe.urls !== undefined ? 1 + URLS_MAX : 1;
  const signed = "signed" in recipe ? recipe.signed : [];
  const times = signed.filter((part) => part === "body" || part === "sorted_form").length;
  return urls * Math.max(1, times);
}

/** Refusals that would be the same if the body's JSON could be read. */
const SETTLED: ReadonlySet<RefusalReason> = new Set([
  "stale",
  "future",
  "certificate_needed",
  "key_needed",
]);

/** What cannot be read for its size is not certainly badly signed. */
async function verifyLargest(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Promise<Verdict> {
  const inForm = isLargeForm(request);
  const judge = inForm && looksIntoBody(recipe) ? verifyLargeForm : verifyLarge;
  const verdict = await judge(recipe, request, options);
  if (verdict.ok || SETTLED.has(verdict.reason)) return verdict;
  return needsJson(recipe, { inForm }) ? refuse("body_too_large") : verdict;
}

/** Whether a recipe, or a part of one, needs the JSON of a body, or of a form's field; a form may have a function for the rest. */
function needsJson(part: unknown, { inForm }: { inForm: boolean }): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("json" in part && "form" in part === inForm) return true;
  if (inForm ? "compute" in part : "items" in part) return true;
  if ("token" in part && part.token === "body" && !inForm) return true;
  return Object.values(part).some((inner) => needsJson(inner, { inForm }));
}

/** Whether it is a form that is read in turns of the event loop. */
export function isLargeForm({ headers, body }: SignedRequest): boolean {
  return body.length > FORM_READ_AT_ONCE_BYTES_MAX && isForm(headers("content-type")[0] ?? "");
}

async function verifyLargeForm(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Promise<Verdict> {
  await prepareForm(request);
  const prepared = signsSortedForm(recipe) ? await prepareSortedForm(request) : request;
  return verifyLarge(recipe, prepared, options);
}

function signsSortedForm(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(signsSortedForm);
  return "signed" in recipe && recipe.signed.includes("sorted_form");
}

async function verifyLarge(
  recipe: Recipe,
  request: SignedRequest,
  options: VerifyOptions,
): Promise<Verdict> {
  if (recipe.kind === "hmac" || recipe.kind === "hash") {
    return verifyMacInTurns(recipe, request, options);
  }
  if (recipe.kind === "items") return verifyItemsInTurns(recipe, request, options);
  if (recipe.kind !== "any") return verify(recipe, request, options);
  const verdicts: Verdict[] = [];
  for (const one of recipe.recipes) verdicts.push(await verifyLarge(one, request, options));
  return chooseVerdict(verdicts);
}

function verifyAny(
  { recipes }: AnyRecipe,
  request: SignedRequest,
  options: VerifyOptions,
): Verdict | Promise<Verdict> {
  const verdicts = recipes.map((recipe) => verify(recipe, request, options));
  const settled = verdicts.filter((verdict): verdict is Verdict => !(verdict instanceof Promise));
  if (settled.length === verdicts.length) return chooseVerdict(settled);
  return Promise.all(verdicts).then(chooseVerdict);
}

/** From the least informative reason to the most informative. */
const TELLING: readonly RefusalReason[] = [
  "missing_header",
  "unknown_version",
  "malformed_header",
  "certificate_not_trusted",
  "no_match",
  "certificate_needed",
  "key_needed",
  "future",
  "stale",
];

/** The first verdict that accepts; else the most informative refusal. */
function chooseVerdict(verdicts: readonly Verdict[]): Verdict {
  let refusal: Refusal = refuse("missing_header");
  for (const verdict of verdicts) {
    if (verdict.ok) return verdict;
    if (TELLING.indexOf(verdict.reason) > TELLING.indexOf(refusal.reason)) refusal = verdict;
  }
  return refusal;
}
