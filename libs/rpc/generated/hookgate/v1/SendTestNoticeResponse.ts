// Original file: protos/hookgate/v1/notice.proto

import type { TestNoticeResult as _hookgate_v1_TestNoticeResult, TestNoticeResult__Output as _hookgate_v1_TestNoticeResult__Output } from '../../hookgate/v1/TestNoticeResult.ts';

/**
 * SendTestNoticeResponse says what each answered.
 */
export interface SendTestNoticeResponse {
  /**
   * One for each recipient.
   */
  'results'?: (_hookgate_v1_TestNoticeResult)[];
}

/**
 * SendTestNoticeResponse says what each answered.
 */
export interface SendTestNoticeResponse__Output {
  /**
   * One for each recipient.
   */
  'results': (_hookgate_v1_TestNoticeResult__Output)[];
}
