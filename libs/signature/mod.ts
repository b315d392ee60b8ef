/**
 * Proves who sent a request: a recipe describes how a provider signs, and `verify` checks a request's exact bytes and
 * headers by it. Pure, and knows no provider: bytes, headers and secrets in, a verdict out.
 *
 * ```ts
 * import { verify } from "@hookgate/signature";
 * const verdict = await verify(recipe, request, { secrets: [{ id: "1", value: secret }] });
 * if (!verdict.ok) refuse(verdict.reason);
 * ```
 *
 * @module
 */

export * from "./covers_place.ts";
export { hashInTurns, looksIntoBody, nextTurn, turnToLook } from "./in_turns.ts";
export * from "./json/json_part.ts";
export * from "./json/scan_json.ts";
export { decodeKey, readKeySet } from "./keys.ts";
export { READ_AT_ONCE_BYTES_MAX } from "./limits.ts";
export * from "./make_secret.ts";
export * from "./place.ts";
export * from "./recipe.ts";
export * from "./sign.ts";
export * from "./signed_bytes.ts";
export * from "./signed_request.ts";
export * from "./tolerance.ts";
export * from "./verdict.ts";
export * from "./verify.ts";
export * from "./verify_fetching.ts";
export * from "./verify_public_key_now.ts";
