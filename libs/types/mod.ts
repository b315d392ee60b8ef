/**
 * The nouns of Hookgate: what is received, who wants it, and what happens to it. Imports nothing.
 *
 * ```ts
 * import type { WebhookEvent } from "@hookgate/types";
 * export function handle(event: WebhookEvent) {}
 * ```
 *
 * @module
 */
export * from "./commonjs_hint.ts";
export * from "./delivery.ts";
export * from "./event_content.ts";
export * from "./form.ts";
export * from "./handler.ts";
export * from "./network_of.ts";
export * from "./new_id.ts";
export * from "./notice.ts";
export * from "./quarantined_request.ts";
export * from "./received_event.ts";
export * from "./replay.ts";
export * from "./secret.ts";
export * from "./source.ts";
export * from "./start_error.ts";
export * from "./subscription.ts";
export * from "./time_counts.ts";
export * from "./webhook.ts";
