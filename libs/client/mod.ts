/**
 * Receives events in a service: one call, which acknowledges each event when its handler returns.
 *
 * ```ts
 * import { subscribe } from "@hookgate/client";
 * const subscriber = subscribe(
 *   { address: "127.0.0.1:50051", name: "crm", events: ["payment.*"] },
 *   async (event, { signal }) => {},
 * );
 * ```
 *
 * @module
 */
export * from "./subscribe.ts";
export * from "./subscriber.ts";
export * from "./wait_for.ts";
