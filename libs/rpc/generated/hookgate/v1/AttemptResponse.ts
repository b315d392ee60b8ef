// Original file: protos/hookgate/v1/event.proto


/**
 * AttemptResponse is an endpoint's answer.
 */
export interface AttemptResponse {
  /**
   * The HTTP status.
   */
  'status'?: (number);
  /**
   * The first 4,096 bytes of its body, read as UTF-8.
   */
  'body'?: (string);
}

/**
 * AttemptResponse is an endpoint's answer.
 */
export interface AttemptResponse__Output {
  /**
   * The HTTP status.
   */
  'status': (number);
  /**
   * The first 4,096 bytes of its body, read as UTF-8.
   */
  'body': (string);
}
