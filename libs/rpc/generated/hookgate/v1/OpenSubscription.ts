// Original file: protos/hookgate/v1/subscription.proto

import type { StartPosition as _hookgate_v1_StartPosition, StartPosition__Output as _hookgate_v1_StartPosition__Output } from '../../hookgate/v1/StartPosition.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * OpenSubscription names a queue, and limits what is outstanding.
 */
export interface OpenSubscription {
  /**
   * Name of the subscription: 1 to 100 letters, digits, dots, dashes or underscores.
   */
  'subscription'?: (string);
  /**
   * Types to receive, exact or with * for any characters, such as "payment.*". Empty: all types for a new name, and its
   * own types for an existing one. An existing name with other types is refused unless change is true.
   */
  'types'?: (string)[];
  /**
   * Sources to receive from, in the same way.
   */
  'sources'?: (string)[];
  /**
   * Where a new subscription starts.
   */
  'startPosition'?: (_hookgate_v1_StartPosition);
  /**
   * In milliseconds since 1970, for START_POSITION_TIME.
   */
  'startTimeMs'?: (number | string | Long);
  /**
   * Most deliveries outstanding, 1 to 10,000; 0 means 100.
   */
  'outstandingEventsMax'?: (number);
  /**
   * Most bytes of bodies and headers outstanding, up to 64 MiB; 0 means 8 MiB. A larger event is sent alone.
   */
  'outstandingBytesMax'?: (number | string | Long);
  /**
   * Replace the types and sources of an existing name with these, unless the configuration decides them. Empty ones stay.
   */
  'change'?: (boolean);
}

/**
 * OpenSubscription names a queue, and limits what is outstanding.
 */
export interface OpenSubscription__Output {
  /**
   * Name of the subscription: 1 to 100 letters, digits, dots, dashes or underscores.
   */
  'subscription': (string);
  /**
   * Types to receive, exact or with * for any characters, such as "payment.*". Empty: all types for a new name, and its
   * own types for an existing one. An existing name with other types is refused unless change is true.
   */
  'types': (string)[];
  /**
   * Sources to receive from, in the same way.
   */
  'sources': (string)[];
  /**
   * Where a new subscription starts.
   */
  'startPosition': (_hookgate_v1_StartPosition__Output);
  /**
   * In milliseconds since 1970, for START_POSITION_TIME.
   */
  'startTimeMs': (number);
  /**
   * Most deliveries outstanding, 1 to 10,000; 0 means 100.
   */
  'outstandingEventsMax': (number);
  /**
   * Most bytes of bodies and headers outstanding, up to 64 MiB; 0 means 8 MiB. A larger event is sent alone.
   */
  'outstandingBytesMax': (number);
  /**
   * Replace the types and sources of an existing name with these, unless the configuration decides them. Empty ones stay.
   */
  'change': (boolean);
}
