import { sourceProvider } from "@hookgate/providers";
import type { WebhookEventType } from "@hookgate/types";
import type { ConfiguredSource } from "../config.ts";

/**
 * The first of these sources whose events of this type of the provider's have another type here, one of the specification's; null if
 * there is none.
 */
export function renamedType(
  type: string,
  sources: readonly ConfiguredSource[],
): { source: string; type: WebhookEventType } | null {
  for (const source of sources) {
    const { canonical = {} } = sourceProvider(source) ?? {};
    const here = Object.hasOwn(canonical, type) ? canonical[type] : undefined;
    if (here !== undefined && here !== type) return { source: source.name, type: here };
  }
  return null;
}
