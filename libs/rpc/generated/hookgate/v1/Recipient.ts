// Original file: protos/hookgate/v1/notice.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Recipient is somebody who is told.
 */
export interface Recipient {
  /**
   * Its name in the configuration.
   */
  'name'?: (string);
  /**
   * "endpoint", "slack" or "email".
   */
  'kind'?: (string);
  /**
   * What it is told of.
   */
  'about'?: (string)[];
  /**
   * When it last took a message, in milliseconds since 1970; absent if it never did.
   */
  'lastSentAtMs'?: (number | string | Long);
  /**
   * Tries in a row that failed.
   */
  'failures'?: (number);
  /**
   * What the last one failed with; empty if it did not.
   */
  'error'?: (string);
  /**
   * When it is tried again, in milliseconds since 1970; absent unless it failed.
   */
  'nextTryAtMs'?: (number | string | Long);
  /**
   * How many things it has still to be told.
   */
  'untold'?: (number);
  '_lastSentAtMs'?: "lastSentAtMs";
  '_nextTryAtMs'?: "nextTryAtMs";
}

/**
 * Recipient is somebody who is told.
 */
export interface Recipient__Output {
  /**
   * Its name in the configuration.
   */
  'name': (string);
  /**
   * "endpoint", "slack" or "email".
   */
  'kind': (string);
  /**
   * What it is told of.
   */
  'about': (string)[];
  /**
   * When it last took a message, in milliseconds since 1970; absent if it never did.
   */
  'lastSentAtMs'?: (number);
  /**
   * Tries in a row that failed.
   */
  'failures': (number);
  /**
   * What the last one failed with; empty if it did not.
   */
  'error': (string);
  /**
   * When it is tried again, in milliseconds since 1970; absent unless it failed.
   */
  'nextTryAtMs'?: (number);
  /**
   * How many things it has still to be told.
   */
  'untold': (number);
  '_lastSentAtMs'?: "lastSentAtMs";
  '_nextTryAtMs'?: "nextTryAtMs";
}
