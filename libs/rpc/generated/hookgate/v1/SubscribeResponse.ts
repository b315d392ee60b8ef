// Original file: protos/hookgate/v1/subscription.proto

import type { SubscriptionOpened as _hookgate_v1_SubscriptionOpened, SubscriptionOpened__Output as _hookgate_v1_SubscriptionOpened__Output } from '../../hookgate/v1/SubscriptionOpened.ts';
import type { SubscribedEvent as _hookgate_v1_SubscribedEvent, SubscribedEvent__Output as _hookgate_v1_SubscribedEvent__Output } from '../../hookgate/v1/SubscribedEvent.ts';

/**
 * SubscribeResponse brings deliveries. Empty it is a sign of life.
 */
export interface SubscribeResponse {
  /**
   * What was opened. In the first message, and in no other.
   */
  'opened'?: (_hookgate_v1_SubscriptionOpened | null);
  /**
   * Deliveries that this stream owes an answer now.
   */
  'events'?: (_hookgate_v1_SubscribedEvent)[];
  /**
   * Deliveries that it does not owe any more, by their ack_id, because their deadline passed.
   */
  'expiredAckIds'?: (string)[];
}

/**
 * SubscribeResponse brings deliveries. Empty it is a sign of life.
 */
export interface SubscribeResponse__Output {
  /**
   * What was opened. In the first message, and in no other.
   */
  'opened': (_hookgate_v1_SubscriptionOpened__Output | null);
  /**
   * Deliveries that this stream owes an answer now.
   */
  'events': (_hookgate_v1_SubscribedEvent__Output)[];
  /**
   * Deliveries that it does not owe any more, by their ack_id, because their deadline passed.
   */
  'expiredAckIds': (string)[];
}
