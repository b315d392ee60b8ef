// Original file: protos/hookgate/v1/admin.proto

import type { SubscriptionPause as _hookgate_v1_SubscriptionPause, SubscriptionPause__Output as _hookgate_v1_SubscriptionPause__Output } from '../../hookgate/v1/SubscriptionPause.ts';

/**
 * PauseSubscriptionResponse says why it is paused now.
 */
export interface PauseSubscriptionResponse {
  /**
   * Its pause; the earlier one if it was paused already.
   */
  'pause'?: (_hookgate_v1_SubscriptionPause | null);
}

/**
 * PauseSubscriptionResponse says why it is paused now.
 */
export interface PauseSubscriptionResponse__Output {
  /**
   * Its pause; the earlier one if it was paused already.
   */
  'pause': (_hookgate_v1_SubscriptionPause__Output | null);
}
