import {
  COMMON_CREDENTIAL_HEADERS,
  findProvider,
  type Provider,
  recipeFor,
} from "@hookgate/providers";
import type { ConfiguredSource, Recipe } from "./config.ts";

/** What `provider` says of a source that has a recipe of its own. */
export const OWN_PROVIDER_ID = "custom";

/**
 * The provider that a source's requests are held against, its `recipe` being the one that counts: the provider's first,
 * the one that the source's `scheme` names, or the source's own. Null for a provider or a scheme that does not exist,
 * which `loadConfig` does not let through.
 */
export function sourceProvider(source: ConfiguredSource): Provider | null {
  if (source.recipe !== undefined) return ownProvider(source, source.recipe);
  const provider = findProvider(source.provider);
  if (provider === null || source.scheme === null) return provider;
  const recipe = recipeFor(provider, source.scheme);
  return recipe === null ? null : { ...provider, recipe };
}

function ownProvider({ describe }: ConfiguredSource, recipe: Recipe): Provider {
  return {
    id: OWN_PROVIDER_ID,
    name: "A recipe of one's own",
    documentation: "README.md",
    recipe,
    describe: describe ?? { type: { json: "/type" }, id: null },
    canonical: {},
    dedupeCovered: false,
    credentialHeaders: [...new Set([...COMMON_CREDENTIAL_HEADERS, ...credentialHeaders(recipe)])],
    ackDeadlineMs: null,
    retries: { automatic: false, horizonMs: null, note: "Nothing is known of its sender." },
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

/** Where a recipe takes the credential itself from, which must not be shown then. */
function credentialHeaders(recipe: Recipe): string[] {
  if (recipe.kind === "any") return recipe.recipes.flatMap(credentialHeaders);
  if (recipe.kind === "jwt") return "header" in recipe.token ? [recipe.token.header] : [];
  if (recipe.kind !== "shared_secret") return [];
  return "header" in recipe.from ? [recipe.from.header] : [];
}
