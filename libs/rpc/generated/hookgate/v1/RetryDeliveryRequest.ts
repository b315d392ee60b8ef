// Original file: protos/hookgate/v1/admin.proto


/**
 * RetryDeliveryRequest names a delivery.
 */
export interface RetryDeliveryRequest {
  /**
   * The delivery's id.
   */
  'id'?: (string);
}

/**
 * RetryDeliveryRequest names a delivery.
 */
export interface RetryDeliveryRequest__Output {
  /**
   * The delivery's id.
   */
  'id': (string);
}
