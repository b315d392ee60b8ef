import type { SignatureFormat } from "./recipe.ts";

/**
 * The name that stands before a key or a signature, and what comes after it. Both empty where there is none but the
 * format has one: an empty key makes nothing, and an empty signature is none.
 */
export function splitName(
  format: SignatureFormat | undefined,
  text: string,
): readonly [name: string, rest: string] {
  if (format?.kind !== "named") return ["", text];
  const at = text.indexOf(format.separator);
  return at < 1 ? ["", ""] : [text.slice(0, at), text.slice(at + format.separator.length)];
}
