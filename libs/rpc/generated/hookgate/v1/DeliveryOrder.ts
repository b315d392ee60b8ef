// Original file: protos/hookgate/v1/event.proto

import type { Long } from '@grpc/proto-loader';

/**
 * DeliveryOrder is a place in the order of one key of a subscription.
 */
export interface DeliveryOrder {
  /**
   * What the subscription is ordered by found in the body, as JSON; empty where it found nothing.
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
   * What the subscription is ordered by found in the body, as JSON; empty where it found nothing.
   */
  'key': (string);
  /**
   * 1 for the first of the key.
   */
  'position': (number);
}
