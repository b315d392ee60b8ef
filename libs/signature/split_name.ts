import type { SignatureFormat } from "./recipe.ts";

/** What stands between a name and a key or a signature; undefined where the format has no names. */
export function nameSeparator(format: SignatureFormat | undefined): string | undefined {
  if (format?.kind === "envelope") return "|";
  return format?.kind === "named" ? format.separator : undefined;
}

/**
 * The name that stands before a key or a signature, and what comes after it. Both empty where there is none but the
 * format has one: an empty key makes nothing, and an empty signature is none.
 */
export function splitName(
  format: SignatureFormat | undefined,
  text: string,
): readonly [name: string, rest: string] {
  const separator = nameSeparator(format);
  if (separator === undefined) return ["", text];
  const at = text.indexOf(separator);
  return at < 1 ? ["", ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
