// Original file: protos/hookgate/v1/admin.proto


/**
 * CreateCopyRequest is an event with another body.
 */
export interface CreateCopyRequest {
  /**
   * Id of the event that is copied.
   */
  'eventId'?: (string);
  /**
   * Name of the subscription that gets the copy.
   */
  'subscription'?: (string);
  /**
   * The body of the copy, at most 1 MiB.
   */
  'body'?: (Buffer | Uint8Array | string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
}

/**
 * CreateCopyRequest is an event with another body.
 */
export interface CreateCopyRequest__Output {
  /**
   * Id of the event that is copied.
   */
  'eventId': (string);
  /**
   * Name of the subscription that gets the copy.
   */
  'subscription': (string);
  /**
   * The body of the copy, at most 1 MiB.
   */
  'body': (Buffer);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason': (string);
}
