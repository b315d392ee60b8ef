// Original file: protos/hookgate/v1/admin.proto

import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from '../../hookgate/v1/Delivery.ts';

/**
 * CancelDeliveryResponse is the delivery now.
 */
export interface CancelDeliveryResponse {
  /**
   * The delivery.
   */
  'delivery'?: (_hookgate_v1_Delivery | null);
  /**
   * Id of the delivery that is due instead; empty if there is none.
   */
  'dueNow'?: (string);
}

/**
 * CancelDeliveryResponse is the delivery now.
 */
export interface CancelDeliveryResponse__Output {
  /**
   * The delivery.
   */
  'delivery': (_hookgate_v1_Delivery__Output | null);
  /**
   * Id of the delivery that is due instead; empty if there is none.
   */
  'dueNow': (string);
}
