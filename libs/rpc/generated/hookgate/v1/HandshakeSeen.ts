// Original file: protos/hookgate/v1/quarantine.proto

import type { Long } from '@grpc/proto-loader';

/**
 * HandshakeSeen is a handshake that was answered, or failed.
 */
export interface HandshakeSeen {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * When, in milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
  /**
   * Whether it was answered as the provider expects.
   */
  'ok'?: (boolean);
}

/**
 * HandshakeSeen is a handshake that was answered, or failed.
 */
export interface HandshakeSeen__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * When, in milliseconds since 1970.
   */
  'atMs': (number);
  /**
   * Whether it was answered as the provider expects.
   */
  'ok': (boolean);
}
