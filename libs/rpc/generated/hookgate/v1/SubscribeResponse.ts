// Original file: protos/hookgate/v1/subscription.proto

import type { SubscriptionOpened as _hookgate_v1_SubscriptionOpened, SubscriptionOpened__Output as _hookgate_v1_SubscriptionOpened__Output } from '../../hookgate/v1/SubscriptionOpened.ts';
import type { SubscribedEvent as _hookgate_v1_SubscribedEvent, SubscribedEvent__Output as _hookgate_v1_SubscribedEvent__Output } from '../../hookgate/v1/SubscribedEvent.ts';

/**
 * SubscribeResponse carries deliveries. An empty one is a heartbeat.
 */
export interface SubscribeResponse {
  /**
   * What was opened; in the first message only.
   */
  'opened'?: (_hookgate_v1_SubscriptionOpened | null);
  /**
   * Deliveries to answer.
   */
  'events'?: (_hookgate_v1_SubscribedEvent)[];
  /**
   * Deliveries that are no longer outstanding because their deadline passed, by their ack_id.
   */
  'expiredAckIds'?: (string)[];
}

/**
 * SubscribeResponse carries deliveries. An empty one is a heartbeat.
 */
export interface SubscribeResponse__Output {
  /**
   * What was opened; in the first message only.
   */
  'opened': (_hookgate_v1_SubscriptionOpened__Output | null);
  /**
   * Deliveries to answer.
   */
  'events': (_hookgate_v1_SubscribedEvent__Output)[];
  /**
   * Deliveries that are no longer outstanding because their deadline passed, by their ack_id.
   */
  'expiredAckIds': (string)[];
}
