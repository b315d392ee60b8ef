import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";

/** The provider with this id; null where there is none. */
export function findProvider(id: string): Provider | null {
  return PROVIDERS[id] ?? null;
}
