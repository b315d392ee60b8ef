import type { ChannelOptions } from "@grpc/grpc-js";
import { MESSAGE_BYTES_MAX } from "./message_bytes_max.ts";

/** Calls that one connection may have open at once; further ones wait in the client. */
const STREAMS_MAX = 128;

/** A silent peer is asked after this long whether it lives … */
const KEEPALIVE_MS = 2_000;

/** … and is given up after this long without an answer. */
const KEEPALIVE_TIMEOUT_MS = 2_000;

const MESSAGE_OPTIONS = {
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
} as const;

/** How the server runs. Its counters ("channelz") stay on: without them `forceShutdown` finds no connection to close. */
export const SERVER_OPTIONS: ChannelOptions = {
  ...MESSAGE_OPTIONS,
  "grpc.max_concurrent_streams": STREAMS_MAX,
  // Slower than the client: a dispatcher that was busy for two seconds shall not take its edges for dead.
  "grpc.keepalive_time_ms": 2 * KEEPALIVE_MS,
  "grpc.keepalive_timeout_ms": 2 * KEEPALIVE_TIMEOUT_MS,
};

/** How a client connects. */
export const CLIENT_OPTIONS: ChannelOptions = {
  ...MESSAGE_OPTIONS,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.keepalive_time_ms": KEEPALIVE_MS,
  "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
  // A pool of its own is closed with the channel; the shared one keeps connections for ten seconds more.
  "grpc.use_local_subchannel_pool": 1,
  // The way to the dispatcher is a private one: an http_proxy in the environment is meant for the outside.
  "grpc.enable_http_proxy": 0,
  // No TXT query for a service configuration that nobody writes.
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

/**
 * How a client connects for streams that carry much. Without retries and their buffers: grpc-js reports a message that it
 * has put into one as sent, and `drained` would promise room that the peer never gave.
 */
export const STREAM_OPTIONS: ChannelOptions = {
  ...CLIENT_OPTIONS,
  "grpc.enable_retries": 0,
  "grpc.per_rpc_retry_buffer_size": 0,
  "grpc.retry_buffer_size": 0,
};
