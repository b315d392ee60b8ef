// Original file: protos/hookgate/v1/event.proto

import type { DeliveryState as _hookgate_v1_DeliveryState, DeliveryState__Output as _hookgate_v1_DeliveryState__Output } from '../../hookgate/v1/DeliveryState.ts';
import type { Attempt as _hookgate_v1_Attempt, Attempt__Output as _hookgate_v1_Attempt__Output } from '../../hookgate/v1/Attempt.ts';
import type { DeliveryOrder as _hookgate_v1_DeliveryOrder, DeliveryOrder__Output as _hookgate_v1_DeliveryOrder__Output } from '../../hookgate/v1/DeliveryOrder.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Delivery is one event for one subscription, the unit of work and of retry.
 */
export interface Delivery {
  /**
   * "dlv_" and a UUIDv7 in 32 hexadecimal digits. Stable across retries.
   */
  'id'?: (string);
  /**
   * The event.
   */
  'eventId'?: (string);
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * 1 for the first delivery of the event to the subscription, one more for each replay.
   */
  'generation'?: (number);
  /**
   * The delivery this one repeats; empty for the first generation.
   */
  'replayOf'?: (string);
  /**
   * Its state.
   */
  'state'?: (_hookgate_v1_DeliveryState);
  /**
   * When a waiting delivery is due, in milliseconds since 1970; absent in every other state, and if it is held back.
   */
  'nextAttemptAtMs'?: (number | string | Long);
  /**
   * Attempts so far that count.
   */
  'attempt'?: (number);
  /**
   * Interruptions since the last attempt that counts, none of them the delivery's fault.
   */
  'interruptions'?: (number);
  /**
   * Why it is dead or cancelled; empty otherwise.
   */
  'reason'?: (string);
  /**
   * The attempts that are kept, oldest first.
   */
  'attempts'?: (_hookgate_v1_Attempt)[];
  /**
   * Its place among those of the same key; absent if its subscription keeps no order.
   */
  'order'?: (_hookgate_v1_DeliveryOrder | null);
  /**
   * The replay that made it; empty if none did.
   */
  'replay'?: (string);
  /**
   * The group of failures that its latest attempt belongs to; empty if that did not fail.
   */
  'failure'?: (string);
  '_nextAttemptAtMs'?: "nextAttemptAtMs";
}

/**
 * Delivery is one event for one subscription, the unit of work and of retry.
 */
export interface Delivery__Output {
  /**
   * "dlv_" and a UUIDv7 in 32 hexadecimal digits. Stable across retries.
   */
  'id': (string);
  /**
   * The event.
   */
  'eventId': (string);
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * 1 for the first delivery of the event to the subscription, one more for each replay.
   */
  'generation': (number);
  /**
   * The delivery this one repeats; empty for the first generation.
   */
  'replayOf': (string);
  /**
   * Its state.
   */
  'state': (_hookgate_v1_DeliveryState__Output);
  /**
   * When a waiting delivery is due, in milliseconds since 1970; absent in every other state, and if it is held back.
   */
  'nextAttemptAtMs'?: (number);
  /**
   * Attempts so far that count.
   */
  'attempt': (number);
  /**
   * Interruptions since the last attempt that counts, none of them the delivery's fault.
   */
  'interruptions': (number);
  /**
   * Why it is dead or cancelled; empty otherwise.
   */
  'reason': (string);
  /**
   * The attempts that are kept, oldest first.
   */
  'attempts': (_hookgate_v1_Attempt__Output)[];
  /**
   * Its place among those of the same key; absent if its subscription keeps no order.
   */
  'order': (_hookgate_v1_DeliveryOrder__Output | null);
  /**
   * The replay that made it; empty if none did.
   */
  'replay': (string);
  /**
   * The group of failures that its latest attempt belongs to; empty if that did not fail.
   */
  'failure': (string);
  '_nextAttemptAtMs'?: "nextAttemptAtMs";
}
