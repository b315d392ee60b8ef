// Original file: protos/hookgate/v1/admin.proto


/**
 * CancelDeliveryRequest names a delivery.
 */
export interface CancelDeliveryRequest {
  /**
   * The delivery's id.
   */
  'id'?: (string);
  /**
   * Why, for the record.
   */
  'reason'?: (string);
}

/**
 * CancelDeliveryRequest names a delivery.
 */
export interface CancelDeliveryRequest__Output {
  /**
   * The delivery's id.
   */
  'id': (string);
  /**
   * Why, for the record.
   */
  'reason': (string);
}
