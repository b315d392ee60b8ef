// Original file: protos/hookgate/v1/event.proto

import type { Long } from '@grpc/proto-loader';

/**
 * DeliveryOrder is a place in the order of one key of a subscription.
 */
export interface DeliveryOrder {
  /**
   * The value in the body that the subscription is ordered by, as JSON; empty if there is none.
   */
  'key'?: (string);
  /**
   * 1 for the first of the key.
   */
  'position'?: (number | string | Long);
}

/**
 * DeliveryOrder is a place in the order of one key of a subscription.
 */
export interface DeliveryOrder__Output {
  /**
   * The value in the body that the subscription is ordered by, as JSON; empty if there is none.
   */
  'key': (string);
  /**
   * 1 for the first of the key.
   */
  'position': (number);
}
