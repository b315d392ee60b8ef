import type { Provider } from "./provider.ts";

/** The provider's own name of a type: the first that `canonical` maps to one of the specification's, else the type. */
export function providerType(canonical: Provider["canonical"], type: string): string {
  for (const [own, mapped] of Object.entries(canonical)) if (mapped === type) return own;
  return type;
}
