import type { ChannelOptions } from "@grpc/grpc-js";
import { MESSAGE_BYTES_MAX } from "./bidi.ts";

/** Calls that one connection may have open at once; more of them wait in the client. */
export const STREAMS_MAX = 128;

/** The same before a message of one has arrived: who opens calls and says nothing has no use for more. */
const SILENT_STREAMS_MAX = 4;

/** A silent peer is pinged after this time … */
const KEEPALIVE_MS = 2_000;

/**
 * … and given up if it does not answer within this time. grpc-js counts a pause of our own, too: if that begins between a ping and its
 * answer, the connection is lost. Nothing is charged for it: edges connect and send again, and a lost stream returns what it has.
 */
const KEEPALIVE_TIMEOUT_MS = 2_000;

/**
 * What a peer may send before it has to wait until it was read, in bytes, of a stream and of a connection: with HTTP/2's 64 KiB a
 * large message takes a turn of both loops for each 64 KiB, and what is behind it waits.
 */
export const WINDOW_BYTES = 1024 * 1024;

const MESSAGE_OPTIONS = {
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
} as const;

/** Options of the server. Channelz stays on: without it `forceShutdown` finds no connection to close. */
export const SERVER_OPTIONS: ChannelOptions = {
  ...MESSAGE_OPTIONS,
  "grpc.max_concurrent_streams": SILENT_STREAMS_MAX,
  // Slower than the client, so that a dispatcher which was busy for two seconds does not take its edges for dead.
  "grpc.keepalive_time_ms": 2 * KEEPALIVE_MS,
  "grpc.keepalive_timeout_ms": 2 * KEEPALIVE_TIMEOUT_MS,
};

/** Options of a client. */
export const CLIENT_OPTIONS: ChannelOptions = {
  ...MESSAGE_OPTIONS,
  "grpc-node.flow_control_window": WINDOW_BYTES,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.keepalive_time_ms": KEEPALIVE_MS,
  "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
  // Its own pool is closed with the channel; the shared one keeps connections for ten more seconds.
  "grpc.use_local_subchannel_pool": 1,
  // A restarted dispatcher may have another address, and its name only later: without this the old one is tried for half a minute.
  "grpc.dns_min_time_between_resolutions_ms": 1_000,
  // The dispatcher is on a private network; an http_proxy in the environment is for the outside.
  "grpc.enable_http_proxy": 0,
  // Saves a TXT query for a service configuration that does not exist.
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

/**
 * Options of a client for streams that carry much. Retries are off: grpc-js reports a message as sent once it is in the
 * retry buffer, so `drained` would promise room that the peer never gave.
 */
export const STREAM_OPTIONS: ChannelOptions = {
  ...CLIENT_OPTIONS,
  "grpc.enable_retries": 0,
  "grpc.per_rpc_retry_buffer_size": 0,
  "grpc.retry_buffer_size": 0,
};
