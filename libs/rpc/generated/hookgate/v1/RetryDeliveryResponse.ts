// Original file: protos/hookgate/v1/admin.proto

import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from '../../hookgate/v1/Delivery.ts';

/**
 * RetryDeliveryResponse is the delivery now.
 */
export interface RetryDeliveryResponse {
  /**
   * The delivery.
   */
  'delivery'?: (_hookgate_v1_Delivery | null);
}

/**
 * RetryDeliveryResponse is the delivery now.
 */
export interface RetryDeliveryResponse__Output {
  /**
   * The delivery.
   */
  'delivery': (_hookgate_v1_Delivery__Output | null);
}
