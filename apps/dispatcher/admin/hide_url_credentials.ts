import { type ConfiguredSource, sourceProvider } from "@hookgate/config";
import { findProvider, signaturePlaces } from "@hookgate/providers";

/** What stands in place of a parameter that carries credentials. */
const HIDDEN = "(hidden)";

/**
 * A request's URL with the parameters hidden that carry a secret in one of the provider's schemes, such as `?token=`. Of a
 * provider that is not known any more every parameter may be one.
 */
export function hideUrlCredentials(
  { source: name, provider: id, url }: { source: string; provider: string; url: string },
  sources: readonly ConfiguredSource[],
): string {
  const source = sources.find((one) => one.name === name && one.provider === id);
  const provider = findProvider(id) ?? (source ? sourceProvider(source) : null);
  const start = url.indexOf("?") + 1;
  if (start === 0) return url;
  const recipes = provider ? [provider.recipe, ...(provider.alternatives ?? [])] : [];
  const names = recipes
    .flatMap(signaturePlaces)
    .flatMap((place) => ("query" in place ? [place.query] : []));
  const shown = url
    .slice(start)
    .split("&")
    .map((parameter) => {
      const [key = "", ...value] = parameter.split("=");
      const carries = provider === null || names.includes(decodeName(key));
      return carries && value.length > 0 ? `${key}=${HIDDEN}` : parameter;
    });
  return url.slice(0, start) + shown.join("&");
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}
