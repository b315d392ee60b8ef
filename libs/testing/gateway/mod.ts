/**
 * A whole gateway in a test: edge, dispatcher and an empty store, on free ports. Runs under node:test, Vitest and Jest.
 *
 * ```ts
 * import { gateway } from "@hookgate/testing";
 * await using hooks = await gateway({ handlers: { "charge.refunded": refund } });
 * const event = await hooks.send("stripe", "charge.refunded");
 * await hooks.delivered(event);
 * ```
 *
 * @module
 */
export * from "./gateway.ts";
export type * from "./protocol.ts";
