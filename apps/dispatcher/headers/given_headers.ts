import {
  findProvider,
  formatHeaderBlock,
  parseHeaderBlock,
  visibleHeaders,
} from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

/**
 * The headers that a subscriber is given, as they were received, in a block. `block` is what of them may be handed on at
 * all; the credentials that a provider's file names are left out here.
 */
export function givenHeaders(
  block: Uint8Array,
  { provider }: Pick<ReceivedEvent, "provider">,
): Uint8Array {
  const visible = visibleHeaders(block, findProvider(provider));
  const given = parseHeaderBlock(block).filter(([name]) => name.toLowerCase() in visible);
  return formatHeaderBlock(given.flat());
}
