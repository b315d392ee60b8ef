import type { ConfiguredSource } from "@hookgate/config";
import { findProvider, formatHeaderBlock, parseHeaderBlock } from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";
import { credentialHeaders } from "./credential_headers.ts";

/**
 * The headers that cross to a handler host. The host knows which of a provider's carry credentials, and leaves them out;
 * of a recipe of one's own only the configuration knows, so they do not go there.
 */
export function handedHeaders(
  event: Pick<ReceivedEvent, "source" | "provider" | "headers">,
  sources: readonly ConfiguredSource[],
): Uint8Array {
  if (findProvider(event.provider)) return event.headers;
  const hidden = credentialHeaders(event, sources);
  if (hidden === null) return new Uint8Array(0);
  const handed = parseHeaderBlock(event.headers).filter(
    ([name]) => !hidden.includes(name.toLowerCase()),
  );
  return formatHeaderBlock(handed.flat());
}
