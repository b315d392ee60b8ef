// Original file: protos/hookgate/v1/admin.proto

import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from '../../hookgate/v1/Event.ts';
import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from '../../hookgate/v1/Delivery.ts';
import type { Skipped as _hookgate_v1_Skipped, Skipped__Output as _hookgate_v1_Skipped__Output } from '../../hookgate/v1/Skipped.ts';

/**
 * GetEventResponse is one whole event. Headers that carry credentials are left out.
 */
export interface GetEventResponse {
  /**
   * The event.
   */
  'event'?: (_hookgate_v1_Event | null);
  /**
   * Its deliveries with their attempts, oldest first.
   */
  'deliveries'?: (_hookgate_v1_Delivery)[];
  /**
   * Subscriptions whose types matched, but that did not get it.
   */
  'skipped'?: (_hookgate_v1_Skipped)[];
}

/**
 * GetEventResponse is one whole event. Headers that carry credentials are left out.
 */
export interface GetEventResponse__Output {
  /**
   * The event.
   */
  'event': (_hookgate_v1_Event__Output | null);
  /**
   * Its deliveries with their attempts, oldest first.
   */
  'deliveries': (_hookgate_v1_Delivery__Output)[];
  /**
   * Subscriptions whose types matched, but that did not get it.
   */
  'skipped': (_hookgate_v1_Skipped__Output)[];
}
