// Original file: protos/hookgate/v1/notice.proto

import type { Recipient as _hookgate_v1_Recipient, Recipient__Output as _hookgate_v1_Recipient__Output } from '../../hookgate/v1/Recipient.ts';
import type { Notice as _hookgate_v1_Notice, Notice__Output as _hookgate_v1_Notice__Output } from '../../hookgate/v1/Notice.ts';

/**
 * ListNoticesResponse is what operators are told.
 */
export interface ListNoticesResponse {
  /**
   * Who is told, as configured.
   */
  'recipients'?: (_hookgate_v1_Recipient)[];
  /**
   * What they are told, the newest first: all that is so now, and what was over within a week, at most 200.
   */
  'notices'?: (_hookgate_v1_Notice)[];
}

/**
 * ListNoticesResponse is what operators are told.
 */
export interface ListNoticesResponse__Output {
  /**
   * Who is told, as configured.
   */
  'recipients': (_hookgate_v1_Recipient__Output)[];
  /**
   * What they are told, the newest first: all that is so now, and what was over within a week, at most 200.
   */
  'notices': (_hookgate_v1_Notice__Output)[];
}
