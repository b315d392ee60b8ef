// Original file: protos/hookgate/v1/notice.proto


/**
 * SendTestNoticeRequest names a recipient.
 */
export interface SendTestNoticeRequest {
  /**
   * Its name; empty for all.
   */
  'recipient'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * SendTestNoticeRequest names a recipient.
 */
export interface SendTestNoticeRequest__Output {
  /**
   * Its name; empty for all.
   */
  'recipient': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
