/**
 * gRPC as typed calls: the services of `protos/hookgate/v1`, served and called. What the transport does, its callbacks,
 * its errors and its types, ends here.
 *
 * ```ts
 * import { connectRpc } from "@hookgate/rpc";
 * const client = connectRpc({ address: "127.0.0.1:50051", security: { token: null, tls: null } });
 * const health = await client.admin.getHealth({});
 * ```
 *
 * @module
 */
export * from "./admin_handlers.ts";
export * from "./bidi.ts";
export * from "./client_security.ts";
export * from "./connect_rpc.ts";
export * from "./delivery_message.ts";
export * from "./event_message.ts";
export * from "./generated/messages.ts";
export * from "./handshake_message.ts";
export * from "./ingest_handlers.ts";
export * from "./message_bytes_max.ts";
export * from "./proto_options.ts";
export * from "./quarantined_message.ts";
export * from "./replay_message.ts";
export * from "./rpc_env.ts";
export * from "./rpc_error.ts";
export * from "./rpc_log.ts";
export * from "./secret_use_message.ts";
export * from "./server_security.ts";
export * from "./start_rpc_server.ts";
export * from "./subscribe_handlers.ts";
