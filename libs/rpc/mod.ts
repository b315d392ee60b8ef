/**
 * gRPC as typed calls: the services of `protos/hookgate/v1`, for servers and for clients. Everything that belongs to the
 * transport, such as callbacks and status codes, stays in here.
 *
 * ```ts
 * import { connectRpc } from "@hookgate/rpc";
 * const client = connectRpc({ address: "127.0.0.1:50051", security: { token, tls: null } });
 * const health = await client.admin.getHealth({});
 * ```
 *
 * @module
 */
export * from "./client/client_security.ts";
export * from "./client/connect_rpc.ts";
export * from "./client/wait_for_event.ts";
export * from "./generated/admin_calls.ts";
export * from "./generated/messages.ts";
export * from "./messages/capture_message.ts";
export * from "./messages/delivery_message.ts";
export * from "./messages/event_message.ts";
export * from "./messages/quarantined_message.ts";
export * from "./messages/replay_message.ts";
export * from "./messages/report_messages.ts";
export * from "./security/is_loopback.ts";
export * from "./security/rpc_env.ts";
export type { Reach, TokenGrant, Tokens } from "./security/tokens.ts";
export * from "./server/handlers.ts";
export * from "./server/local_ingest.ts";
export * from "./server/server_security.ts";
export * from "./server/start_rpc_server.ts";
export * from "./transport/admin_handlers.ts";
export * from "./transport/bidi.ts";
export * from "./transport/proto_options.ts";
export * from "./transport/rpc_error.ts";
