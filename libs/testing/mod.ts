/**
 * Helpers for tests: clocks, conditions, signed requests, servers. Only tests import this.
 *
 * ```ts
 * import { makeEvent, waitFor } from "@hookgate/testing";
 * await waitFor(() => stored(makeEvent()), { what: "the event in the store" });
 * ```
 *
 * @module
 */

export * from "./fake_clock.ts";
export * from "./free_port.ts";
export * from "./hostile_bodies.ts";
export * from "./make_delivery.ts";
export * from "./make_event.ts";
export * from "./make_replay.ts";
export * from "./mongo_proxy.ts";
export * from "./mongo_server.ts";
export * from "./python_environment.ts";
export * from "./random_of_seed.ts";
export * from "./server_certificate.ts";
export * from "./signed_generic_request.ts";
export * from "./temporary_directory.ts";
export * from "./trace_collector.ts";
export * from "./wait_for.ts";
