/**
 * What Hookgate knows about each provider: how it signs, what its events are called, which of its headers are secrets. One
 * file per provider. Also how a request's headers are stored, how fields of a hostile body are read, and what may be wrong
 * with a refused request.
 *
 * ```ts
 * import { describeEvent, findProvider } from "@hookgate/providers";
 * const provider = findProvider("stripe");
 * if (provider) log(describeEvent(provider, request).type);
 * ```
 *
 * @module
 */

export * from "./describe_event.ts";
export * from "./diagnose/diagnose.ts";
export * from "./handshake.ts";
export * from "./headers/credential_headers.ts";
export * from "./headers/header_block.ts";
export * from "./headers/query_credentials.ts";
export * from "./json/find_places.ts";
export type { FoundPlace, FoundPlaces } from "./json/find_places_in_json.ts";
export { pointersOverlap, type WantedPlaces } from "./json/place_tree.ts";
export * from "./json/read_content_scalars.ts";
export * from "./json/read_json_scalars.ts";
export * from "./provider.ts";
export * from "./providers/generic.ts";
export * from "./providers/standard_webhooks.ts";
export * from "./providers.ts";
export * from "./recipe_handshake.ts";
export * from "./recipe_places.ts";
export * from "./retries.ts";
export * from "./sample.ts";
export * from "./sender_name.ts";
export * from "./source_provider.ts";
export * from "./verifier/verify_request.ts";
export * from "./verifier/webhook_verifier.ts";
