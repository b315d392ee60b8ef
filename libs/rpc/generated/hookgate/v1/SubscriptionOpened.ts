// Original file: protos/hookgate/v1/subscription.proto

import type { Long } from '@grpc/proto-loader';

/**
 * SubscriptionOpened says what was opened.
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
   * Longest silence of a stream that lives, in milliseconds.
   */
  'heartbeatMs'?: (number | string | Long);
}

/**
 * SubscriptionOpened says what was opened.
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
   * Longest silence of a stream that lives, in milliseconds.
   */
  'heartbeatMs': (number);
}
