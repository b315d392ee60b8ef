// Original file: protos/hookgate/v1/admin.proto

import type { SubscriptionPause as _hookgate_v1_SubscriptionPause, SubscriptionPause__Output as _hookgate_v1_SubscriptionPause__Output } from '../../hookgate/v1/SubscriptionPause.ts';

/**
 * ResumeSubscriptionResponse says what ended.
 */
export interface ResumeSubscriptionResponse {
  /**
   * The pause that ended.
   */
  'pause'?: (_hookgate_v1_SubscriptionPause | null);
  /**
   * Id of the backfill of what it missed; empty if it missed nothing.
   */
  'backfill'?: (string);
}

/**
 * ResumeSubscriptionResponse says what ended.
 */
export interface ResumeSubscriptionResponse__Output {
  /**
   * The pause that ended.
   */
  'pause': (_hookgate_v1_SubscriptionPause__Output | null);
  /**
   * Id of the backfill of what it missed; empty if it missed nothing.
   */
  'backfill': (string);
}
