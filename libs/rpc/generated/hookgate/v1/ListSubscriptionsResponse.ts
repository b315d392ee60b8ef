// Original file: protos/hookgate/v1/admin.proto

import type { SubscriptionStatus as _hookgate_v1_SubscriptionStatus, SubscriptionStatus__Output as _hookgate_v1_SubscriptionStatus__Output } from '../../hookgate/v1/SubscriptionStatus.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * ListSubscriptionsResponse lists subscriptions.
 */
export interface ListSubscriptionsResponse {
  /**
   * By name.
   */
  'subscriptions'?: (_hookgate_v1_SubscriptionStatus)[];
  /**
   * How far each backlog was counted: one of this size may be larger.
   */
  'backlogCountedMax'?: (number | string | Long);
}

/**
 * ListSubscriptionsResponse lists subscriptions.
 */
export interface ListSubscriptionsResponse__Output {
  /**
   * By name.
   */
  'subscriptions': (_hookgate_v1_SubscriptionStatus__Output)[];
  /**
   * How far each backlog was counted: one of this size may be larger.
   */
  'backlogCountedMax': (number);
}
