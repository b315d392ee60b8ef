import { describeEvent, type Provider } from "@hookgate/providers";
import { tellApart } from "@hookgate/receive";
import {
  type AnyRecipe,
  coversBody,
  incoming,
  makeSecret,
  type Recipe,
  type SignedRequest,
  sign,
} from "@hookgate/signature";
import type { DedupeRule, EventFlag } from "@hookgate/types";

const AT = new Date("2026-01-02T03:04:05Z");

const RULES: Readonly<Record<DedupeRule, string>> = {
  id: "id",
  id_and_body: "id and body",
  body: "body",
  none: "nothing",
};

type OneRecipe = Exclude<Recipe, AnyRecipe>;

/** How a provider's events are told apart, and what its first scheme does not sign: the answers for its samples. */
export function describeIdentity(provider: Provider): { by: string; notSigned: string } {
  const recipe = provider.recipe.kind === "any" ? provider.recipe.recipes[0] : provider.recipe;
  if (recipe === undefined) return { by: "–", notSigned: "–" };
  const samples = provider.sampleTypes.map((type) => {
    const request = sampleOf(provider, { type, recipe });
    return tellApart(describeEvent(provider, request), request, { provider, recipe, dedupe: null });
  });
  const by = samples.map(({ dedupe }) => RULES[dedupe]);
  const missing = samples.flatMap(({ flags }) => unsigned(recipe, flags));
  return {
    by: [...new Set(by)].join("; else "),
    notSigned: signsNothing(recipe) ? "everything" : [...new Set(missing)].join(", ") || "–",
  };
}

function sampleOf(
  provider: Provider,
  { type, recipe }: { type: string; recipe: OneRecipe },
): SignedRequest {
  const { body, contentType, headers } = provider.sample(type, AT);
  const request = {
    method: "POST",
    url: "https://hooks.example.com/api/webhooks/example",
    headers: { ...headers, "content-type": contentType },
    body: Buffer.from(body),
  };
  // A token may hold the id.
  const now = AT.getTime();
  const { secret, privateKey } = makeSecret(recipe, { now });
  const options = { secret, now, ...(privateKey !== null && { privateKey }) };
  return incoming(sign(recipe, request, options), now);
}

function unsigned(recipe: OneRecipe, flags: readonly EventFlag[]): string[] {
  return [
    ...(coversBody(recipe) ? [] : ["body"]),
    ...(flags.includes("type_not_signed") ? ["type"] : []),
    ...(flags.includes("id_not_signed") ? ["id"] : []),
  ];
}

function signsNothing({ kind }: OneRecipe): boolean {
  return kind === "shared_secret" || kind === "basic";
}
