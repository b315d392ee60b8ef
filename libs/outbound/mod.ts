/**
 * Connections to addresses chosen by others. Any name they give leads to the public internet or nowhere.
 *
 * ```ts
 * import { guardedLookup, outsideFetch } from "@hookgate/outbound";
 * const { status, body } = await outsideFetch()("https://example.com/cert", { timeoutMs: 1_000, bytesMax: 65_536 });
 * request("https://example.com/hooks", { lookup: guardedLookup() });
 * ```
 *
 * @module
 */
export * from "./fetch_certificate.ts";
export * from "./fetch_key_set.ts";
export * from "./guarded_lookup.ts";
export * from "./is_public_address.ts";
export * from "./outside_fetch.ts";
