import type { Recipe } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/**
 * Lower-case names of the headers that carry credentials, from any sender: those of HTTP, those that APIs use instead, and the
 * tokens that proxies add for whom they let in.
 */
export const COMMON_CREDENTIAL_HEADERS: readonly string[] = Object.freeze([
  ...["authorization", "cookie", "proxy-authorization"],
  ...["api-key", "private-token", "x-access-token", "x-api-key", "x-auth-token"],
  ...["cf-access-jwt-assertion", "x-amzn-oidc-accesstoken", "x-amzn-oidc-data"],
  ...["x-forwarded-access-token", "x-goog-iap-jwt-assertion", "x-original-authorization"],
]);

/**
 * Lower-case names of the headers that carry credentials in a provider's requests: the common ones, those that its file
 * adds, and those that one of its schemes reads the secret itself from.
 */
export function credentialHeadersOf({
  recipe,
  alternatives = [],
  credentialHeaders = [],
}: Pick<Provider, "recipe" | "alternatives" | "credentialHeaders">): readonly string[] {
  const shared = [recipe, ...alternatives].flatMap(sharedSecretHeaders);
  return [...new Set([...COMMON_CREDENTIAL_HEADERS, ...credentialHeaders, ...shared])];
}

function sharedSecretHeaders(recipe: Recipe): string[] {
  if (recipe.kind === "any") return recipe.recipes.flatMap(sharedSecretHeaders);
  if (recipe.kind !== "shared_secret" || !("header" in recipe.from)) return [];
  return [recipe.from.header];
}
