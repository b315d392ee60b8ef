// Original file: protos/hookgate/v1/subscription.proto

import type { Long } from '@grpc/proto-loader';

/**
 * SubscriptionOpened describes the subscription.
 */
export interface SubscriptionOpened {
  /**
   * Whether the name is new.
   */
  'created'?: (boolean);
  /**
   * Types that the subscription has.
   */
  'types'?: (string)[];
  /**
   * Sources that it has.
   */
  'sources'?: (string)[];
  /**
   * Time to answer a delivery, in milliseconds.
   */
  'ackDeadlineMs'?: (number | string | Long);
  /**
   * Longest silence of a live stream, in milliseconds.
   */
  'heartbeatMs'?: (number | string | Long);
}

/**
 * SubscriptionOpened describes the subscription.
 */
export interface SubscriptionOpened__Output {
  /**
   * Whether the name is new.
   */
  'created': (boolean);
  /**
   * Types that the subscription has.
   */
  'types': (string)[];
  /**
   * Sources that it has.
   */
  'sources': (string)[];
  /**
   * Time to answer a delivery, in milliseconds.
   */
  'ackDeadlineMs': (number);
  /**
   * Longest silence of a live stream, in milliseconds.
   */
  'heartbeatMs': (number);
}
