// Original file: protos/hookgate/v1/admin.proto


/**
 * RetryDeliveryRequest names a delivery.
 */
export interface RetryDeliveryRequest {
  /**
   * The delivery's id.
   */
  'id'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * RetryDeliveryRequest names a delivery.
 */
export interface RetryDeliveryRequest__Output {
  /**
   * The delivery's id.
   */
  'id': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
