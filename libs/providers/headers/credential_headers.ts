import type { Recipe } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/**
 * Lower-case names of the headers that carry credentials, from any sender: those of HTTP, those that APIs and senders of
 * webhooks use instead, whoever the source's provider is, the tokens that proxies and clouds add for whom they let in, and the URL as
 * proxies repeat it, because its parameters may be secrets.
 */
export const COMMON_CREDENTIAL_HEADERS: readonly string[] = Object.freeze([
  ...["authorization", "cookie", "cookie2", "proxy-authorization", "set-cookie"],
  ...[
    "api-key",
    "apikey",
    "x-api-key",
    "x-api-secret",
    "x-api-token",
    "x-apikey",
    "x-rapidapi-key",
  ],
  ...["private-token", "token", "x-access-key", "x-access-token", "x-auth-key", "x-auth-token"],
  ...[
    "x-authorization",
    "x-client-secret",
    "x-csrf-token",
    "x-id-token",
    "x-jwt-assertion",
    "x-password",
  ],
  ...[
    "x-refresh-token",
    "x-secret",
    "x-secret-key",
    "x-session-token",
    "x-shared-secret",
    "x-token",
  ],
  ...["x-user-token", "x-vault-token", "x-webhook-secret", "x-webhook-token", "x-xsrf-token"],
  ...["cf-webhook-auth", "x-buildkite-token", "x-gitlab-token", "x-goog-channel-token"],
  ...["x-telegram-bot-api-secret-token"],
  ...[
    "cf-access-client-secret",
    "ocp-apim-subscription-key",
    "x-amz-security-token",
    "x-functions-key",
  ],
  ...["x-auth-request-access-token", "x-forwarded-authorization", "x-goog-api-key"],
  ...["x-ms-token-aad-access-token", "x-ms-token-aad-id-token", "x-ms-token-aad-refresh-token"],
  ...["x-serverless-authorization", "x-vercel-oidc-token"],
  ...["cf-access-jwt-assertion", "x-amzn-oidc-accesstoken", "x-amzn-oidc-data"],
  ...["x-forwarded-access-token", "x-goog-iap-jwt-assertion", "x-original-authorization"],
  // Azure's App Service, Envoy, nginx, Traefik and IIS add them to what they pass on, some only if they have changed the path.
  ...["x-envoy-original-path", "x-forwarded-uri", "x-forwarded-url", "x-original-uri"],
  ...["x-original-url", "x-rewrite-url", "x-waws-unencoded-url"],
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
