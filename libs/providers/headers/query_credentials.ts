import type { Provider } from "../provider.ts";
import { signaturePlaces } from "../recipe_places.ts";

/** Shown in place of a credential. */
export const HIDDEN = "(hidden)";

/** Parameters that carry credentials, from any sender. */
const COMMON = ["access_token", "api_key", "apikey", "client_secret", "password"];

/**
 * The query of a URL, without the values of the parameters that carry credentials: the common ones, and those that carry a secret
 * in one of the provider's schemes, such as `token=`. Without the values of all if the provider is not known any more. `also` names
 * further ones, in lower case.
 */
export function hideQueryCredentials(
  query: string,
  provider: Pick<Provider, "recipe" | "alternatives"> | null,
  also: readonly string[] = [],
): string {
  const recipes = provider ? [provider.recipe, ...(provider.alternatives ?? [])] : [];
  const names = recipes
    .flatMap(signaturePlaces)
    .flatMap((place) => ("query" in place ? [place.query] : []));
  return query
    .split("&")
    .map((parameter) => {
      const [key = "", ...value] = parameter.split("=");
      const name = decodeName(key);
      const common = name.toLowerCase();
      const carries =
        provider === null ||
        names.includes(name) ||
        COMMON.includes(common) ||
        also.includes(common);
      return carries && value.length > 0 ? `${key}=${HIDDEN}` : parameter;
    })
    .join("&");
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}

const USERINFO = /^(https?:\/\/)([^/?#]*)@/i;

/** The URL without the user and password that a public URL may have: Twilio signs them with the rest. */
export function withoutUserinfo(url: string): string {
  return url.replace(USERINFO, "$1");
}

/** The same URL with the user and password of a source's public URL, as it was signed. */
export function withUserinfo(url: string, publicUrl: string | null): string {
  const userinfo = USERINFO.exec(publicUrl ?? "")?.[2];
  return userinfo === undefined || USERINFO.test(url)
    ? url
    : url.replace(/^https?:\/\//i, (scheme) => `${scheme}${userinfo}@`);
}
