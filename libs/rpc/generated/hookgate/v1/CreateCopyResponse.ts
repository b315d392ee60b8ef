// Original file: protos/hookgate/v1/admin.proto


/**
 * CreateCopyResponse names the copy.
 */
export interface CreateCopyResponse {
  /**
   * Id of the new event.
   */
  'eventId'?: (string);
  /**
   * Id of its delivery.
   */
  'deliveryId'?: (string);
}

/**
 * CreateCopyResponse names the copy.
 */
export interface CreateCopyResponse__Output {
  /**
   * Id of the new event.
   */
  'eventId': (string);
  /**
   * Id of its delivery.
   */
  'deliveryId': (string);
}
