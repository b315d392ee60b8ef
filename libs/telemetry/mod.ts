/**
 * What an operator sees of a running process: its log, its metrics, its traces, and the ops server with its health. None of
 * them shows secrets. Output never blocks the process; a program that needs nothing else imports `@hookgate/telemetry/output`.
 *
 * ```ts
 * import { createLog } from "@hookgate/telemetry";
 * createLog({ name: "edge", level: "info" }).info({ port: 8080 }, "listening");
 * ```
 *
 * @module
 */
export * from "./bounded_output.ts";
export * from "./create_log.ts";
export * from "./create_metrics.ts";
export * from "./open_tracing.ts";
export * from "./start_ops_server.ts";
export * from "./tracing.ts";
