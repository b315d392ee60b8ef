// Original file: protos/hookgate/v1/notice.proto


/**
 * TestNoticeResult is what became of one message.
 */
export interface TestNoticeResult {
  /**
   * Name of the recipient.
   */
  'recipient'?: (string);
  /**
   * "endpoint", "slack" or "email".
   */
  'kind'?: (string);
  /**
   * Whether it took the message.
   */
  'ok'?: (boolean);
  /**
   * What it answered, or why it could not be reached.
   */
  'answer'?: (string);
}

/**
 * TestNoticeResult is what became of one message.
 */
export interface TestNoticeResult__Output {
  /**
   * Name of the recipient.
   */
  'recipient': (string);
  /**
   * "endpoint", "slack" or "email".
   */
  'kind': (string);
  /**
   * Whether it took the message.
   */
  'ok': (boolean);
  /**
   * What it answered, or why it could not be reached.
   */
  'answer': (string);
}
