/**
 * What Hookgate knows of each provider: how it signs, what its events are called, which of its headers are secrets.
 * One file per provider; here too is the form in which a request's headers are kept.
 *
 * ```ts
 * import { findProvider } from "@hookgate/providers";
 * const { type, providerEventId } = findProvider("generic")?.describe({ headers, body }) ?? {};
 * ```
 *
 * @module
 */
export * from "./common_credential_headers.ts";
export * from "./find_provider.ts";
export * from "./format_header_block.ts";
export * from "./generic.ts";
export * from "./handshake.ts";
export * from "./parse_header_block.ts";
export * from "./provider.ts";
export * from "./providers.ts";
export * from "./visible_headers.ts";
