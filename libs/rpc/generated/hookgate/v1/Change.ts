// Original file: protos/hookgate/v1/failure.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Change is something that changed in how Hookgate runs.
 */
export interface Change {
  /**
   * "chg_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id'?: (string);
  /**
   * In milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
  /**
   * "start", "stop", "reload", "configuration", "subscription", "handler", "secret", "breaker" or "pause".
   */
  'kind'?: (string);
  /**
   * What changed: the name of a subscription or a source, the path of a handler's file; empty for a whole process.
   */
  'subject'?: (string);
  /**
   * What happened to it, in words.
   */
  'text'?: (string);
}

/**
 * Change is something that changed in how Hookgate runs.
 */
export interface Change__Output {
  /**
   * "chg_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id': (string);
  /**
   * In milliseconds since 1970.
   */
  'atMs': (number);
  /**
   * "start", "stop", "reload", "configuration", "subscription", "handler", "secret", "breaker" or "pause".
   */
  'kind': (string);
  /**
   * What changed: the name of a subscription or a source, the path of a handler's file; empty for a whole process.
   */
  'subject': (string);
  /**
   * What happened to it, in words.
   */
  'text': (string);
}
