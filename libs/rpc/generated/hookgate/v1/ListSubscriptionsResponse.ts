// Original file: protos/hookgate/v1/admin.proto

import type { SubscriptionStatus as _hookgate_v1_SubscriptionStatus, SubscriptionStatus__Output as _hookgate_v1_SubscriptionStatus__Output } from '../../hookgate/v1/SubscriptionStatus.ts';

/**
 * ListSubscriptionsResponse lists subscriptions.
 */
export interface ListSubscriptionsResponse {
  /**
   * By name.
   */
  'subscriptions'?: (_hookgate_v1_SubscriptionStatus)[];
}

/**
 * ListSubscriptionsResponse lists subscriptions.
 */
export interface ListSubscriptionsResponse__Output {
  /**
   * By name.
   */
  'subscriptions': (_hookgate_v1_SubscriptionStatus__Output)[];
}
