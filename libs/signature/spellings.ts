import { URLS_MAX } from "./limits.ts";

/** The public URL, and the other spellings of it that the provider may have signed. */
export function spellings(
  recipe: { urls?: (url: string) => readonly string[] },
  url: string,
): readonly string[] {
  if (recipe.urls === undefined) return [url];
  try {
    return [...new Set([url, ...recipe.urls(url)])].slice(0, 1 + URLS_MAX);
  } catch {
    // A provider's function has met what it takes for no URL: then it has no other spelling.
    return [url];
  }
}
