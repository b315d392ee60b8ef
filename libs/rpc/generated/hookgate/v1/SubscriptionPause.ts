// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * SubscriptionPause says why a subscription is paused.
 */
export interface SubscriptionPause {
  /**
   * "configuration", "operator", "endpoint", "backlog" or "deletion".
   */
  'by'?: (string);
  /**
   * A sentence, or empty.
   */
  'reason'?: (string);
  /**
   * Since when, in milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
}

/**
 * SubscriptionPause says why a subscription is paused.
 */
export interface SubscriptionPause__Output {
  /**
   * "configuration", "operator", "endpoint", "backlog" or "deletion".
   */
  'by': (string);
  /**
   * A sentence, or empty.
   */
  'reason': (string);
  /**
   * Since when, in milliseconds since 1970.
   */
  'atMs': (number);
}
