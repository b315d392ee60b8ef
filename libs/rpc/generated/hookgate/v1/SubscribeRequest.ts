// Original file: protos/hookgate/v1/subscription.proto

import type { OpenSubscription as _hookgate_v1_OpenSubscription, OpenSubscription__Output as _hookgate_v1_OpenSubscription__Output } from '../../hookgate/v1/OpenSubscription.ts';
import type { Nack as _hookgate_v1_Nack, Nack__Output as _hookgate_v1_Nack__Output } from '../../hookgate/v1/Nack.ts';
import type { Extension as _hookgate_v1_Extension, Extension__Output as _hookgate_v1_Extension__Output } from '../../hookgate/v1/Extension.ts';

/**
 * SubscribeRequest opens the queue in the first message, and answers deliveries in later ones. An empty one is a heartbeat.
 */
export interface SubscribeRequest {
  /**
   * What to open; in the first message only.
   */
  'open'?: (_hookgate_v1_OpenSubscription | null);
  /**
   * Deliveries that are done, by their ack_id. Ids that are unknown or no longer outstanding are ignored.
   */
  'ackIds'?: (string)[];
  /**
   * Deliveries that failed.
   */
  'nacks'?: (_hookgate_v1_Nack)[];
  /**
   * Deliveries that need more time.
   */
  'extensions'?: (_hookgate_v1_Extension)[];
  /**
   * Send nothing new any more.
   */
  'drain'?: (boolean);
}

/**
 * SubscribeRequest opens the queue in the first message, and answers deliveries in later ones. An empty one is a heartbeat.
 */
export interface SubscribeRequest__Output {
  /**
   * What to open; in the first message only.
   */
  'open': (_hookgate_v1_OpenSubscription__Output | null);
  /**
   * Deliveries that are done, by their ack_id. Ids that are unknown or no longer outstanding are ignored.
   */
  'ackIds': (string)[];
  /**
   * Deliveries that failed.
   */
  'nacks': (_hookgate_v1_Nack__Output)[];
  /**
   * Deliveries that need more time.
   */
  'extensions': (_hookgate_v1_Extension__Output)[];
  /**
   * Send nothing new any more.
   */
  'drain': (boolean);
}
