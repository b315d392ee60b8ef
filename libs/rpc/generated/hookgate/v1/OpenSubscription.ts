// Original file: protos/hookgate/v1/subscription.proto

import type { StartPosition as _hookgate_v1_StartPosition, StartPosition__Output as _hookgate_v1_StartPosition__Output } from '../../hookgate/v1/StartPosition.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * OpenSubscription says which queue, and how much of it at once.
 */
export interface OpenSubscription {
  /**
   * Name of the subscription: 1 to 100 letters, digits, dots, dashes or underscores.
   */
  'subscription'?: (string);
  /**
   * Types that are wanted, exact or with * for any run of characters, such as "payment.*". Empty: all types for a new
   * name, and whatever it has for one that is there. A name that is there with other types is refused.
   */
  'types'?: (string)[];
  /**
   * Sources that are wanted, in the same manner.
   */
  'sources'?: (string)[];
  /**
   * Where a new subscription begins.
   */
  'startPosition'?: (_hookgate_v1_StartPosition);
  /**
   * In milliseconds since 1970, for START_POSITION_TIME.
   */
  'startTimeMs'?: (number | string | Long);
  /**
   * Deliveries that may be unanswered at once, 1 to 10,000; 0 means 100.
   */
  'outstandingEventsMax'?: (number);
  /**
   * Bytes of bodies and headers that may be unanswered at once, up to 64 MiB; 0 means 8 MiB. A larger event comes alone.
   */
  'outstandingBytesMax'?: (number | string | Long);
}

/**
 * OpenSubscription says which queue, and how much of it at once.
 */
export interface OpenSubscription__Output {
  /**
   * Name of the subscription: 1 to 100 letters, digits, dots, dashes or underscores.
   */
  'subscription': (string);
  /**
   * Types that are wanted, exact or with * for any run of characters, such as "payment.*". Empty: all types for a new
   * name, and whatever it has for one that is there. A name that is there with other types is refused.
   */
  'types': (string)[];
  /**
   * Sources that are wanted, in the same manner.
   */
  'sources': (string)[];
  /**
   * Where a new subscription begins.
   */
  'startPosition': (_hookgate_v1_StartPosition__Output);
  /**
   * In milliseconds since 1970, for START_POSITION_TIME.
   */
  'startTimeMs': (number);
  /**
   * Deliveries that may be unanswered at once, 1 to 10,000; 0 means 100.
   */
  'outstandingEventsMax': (number);
  /**
   * Bytes of bodies and headers that may be unanswered at once, up to 64 MiB; 0 means 8 MiB. A larger event comes alone.
   */
  'outstandingBytesMax': (number);
}
