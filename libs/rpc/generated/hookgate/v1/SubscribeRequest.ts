// Original file: protos/hookgate/v1/subscription.proto

import type { OpenSubscription as _hookgate_v1_OpenSubscription, OpenSubscription__Output as _hookgate_v1_OpenSubscription__Output } from '../../hookgate/v1/OpenSubscription.ts';
import type { Nack as _hookgate_v1_Nack, Nack__Output as _hookgate_v1_Nack__Output } from '../../hookgate/v1/Nack.ts';
import type { Extension as _hookgate_v1_Extension, Extension__Output as _hookgate_v1_Extension__Output } from '../../hookgate/v1/Extension.ts';

/**
 * SubscribeRequest opens the queue, the first time; answers deliveries, afterwards. Empty it is a sign of life.
 */
export interface SubscribeRequest {
  /**
   * What is wanted. In the first message, and in no other.
   */
  'open'?: (_hookgate_v1_OpenSubscription | null);
  /**
   * Deliveries that are done, by their ack_id. One that this stream does not owe any more is passed over.
   */
  'ackIds'?: (string)[];
  /**
   * Deliveries that failed.
   */
  'nacks'?: (_hookgate_v1_Nack)[];
  /**
   * Deliveries that take longer.
   */
  'extensions'?: (_hookgate_v1_Extension)[];
  /**
   * Nothing new shall be sent any more.
   */
  'drain'?: (boolean);
}

/**
 * SubscribeRequest opens the queue, the first time; answers deliveries, afterwards. Empty it is a sign of life.
 */
export interface SubscribeRequest__Output {
  /**
   * What is wanted. In the first message, and in no other.
   */
  'open': (_hookgate_v1_OpenSubscription__Output | null);
  /**
   * Deliveries that are done, by their ack_id. One that this stream does not owe any more is passed over.
   */
  'ackIds': (string)[];
  /**
   * Deliveries that failed.
   */
  'nacks': (_hookgate_v1_Nack__Output)[];
  /**
   * Deliveries that take longer.
   */
  'extensions': (_hookgate_v1_Extension__Output)[];
  /**
   * Nothing new shall be sent any more.
   */
  'drain': (boolean);
}
