import type { Recipe } from "@hookgate/signature";
import type { Source } from "@hookgate/types";
import type { DescribeRule, Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";

/** The `provider` of a source that has a recipe of its own. */
export const OWN_PROVIDER_ID = "custom";

/** What a source says about how it is verified and read. */
export interface SourceScheme extends Pick<Source, "provider" | "scheme"> {
  /** Its own recipe instead of a provider's; its `provider` is {@linkcode OWN_PROVIDER_ID} then. */
  recipe?: Recipe;
  /** Where its type and id are, if it has its own recipe. @default {type: the body's `type`, id: none} */
  describe?: DescribeRule;
}

/** The provider with this id; null if there is none. */
export function findProvider(id: string): Provider | null {
  return PROVIDERS[id] ?? null;
}

/**
 * The recipe of this name among a provider's own and its alternatives, or its own for null; null if it has none of that
 * name. Only an operator chooses: a request cannot ask for a weaker scheme.
 */
export function recipeFor(
  { recipe, alternatives = [] }: Pick<Provider, "recipe" | "alternatives">,
  scheme: string | null,
): Recipe | null {
  if (scheme === null) return recipe;
  return [recipe, ...alternatives].find((one) => one.scheme === scheme) ?? null;
}

/**
 * The provider that verifies and reads a source's requests. Its `recipe` is the one that counts for this source: the
 * provider's first, the one named by `scheme`, or the source's own. Null for a provider or scheme that does not exist,
 * which `loadConfig` refuses.
 */
export function sourceProvider(source: SourceScheme): Provider | null {
  if (source.recipe !== undefined) return ownProvider(source, source.recipe);
  const provider = findProvider(source.provider);
  if (provider === null || source.scheme === null) return provider;
  const recipe = recipeFor(provider, source.scheme);
  return recipe === null ? null : { ...provider, recipe };
}

function ownProvider({ describe }: SourceScheme, recipe: Recipe): Provider {
  return {
    id: OWN_PROVIDER_ID,
    name: "A recipe of your own",
    documentation: "README.md",
    recipe,
    describe: describe ?? { type: { json: "/type" }, id: null },
    canonical: {},
    identity: { bodiesDiffer: false },
    credentialHeaders: tokenHeaders(recipe),
    ackDeadlineMs: null,
    retries: { automatic: false, horizonMs: null, note: "Nothing is known about its sender." },
    needsPublicUrl: false,
    secretHint: { pattern: null, note: "what the recipe takes as its key" },
    evidence: ["formula"],
    sampleTypes: ["example"],

    sample(type, now) {
      const body = JSON.stringify({ type, timestamp: now.toISOString(), data: {} });
      return { body, contentType: "application/json" };
    },
  };
}

/** Headers with tokens: a token may not be bound to the body. */
function tokenHeaders(recipe: Recipe): string[] {
  if (recipe.kind === "any") return recipe.recipes.flatMap(tokenHeaders);
  return recipe.kind === "jwt" && "header" in recipe.token ? [recipe.token.header] : [];
}
