// Original file: protos/hookgate/v1/admin.proto

import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from '../../hookgate/v1/Event.ts';
import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from '../../hookgate/v1/Delivery.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * EventSummary is an event without its bytes, and its deliveries without their attempts.
 */
export interface EventSummary {
  /**
   * The event; headers and body are left empty.
   */
  'event'?: (_hookgate_v1_Event | null);
  /**
   * Length of the body in bytes; in lists that of a protected event is with what is kept encrypted behind it.
   */
  'bodyBytes'?: (number | string | Long);
  /**
   * Its deliveries, oldest first; attempts are left empty.
   */
  'deliveries'?: (_hookgate_v1_Delivery)[];
}

/**
 * EventSummary is an event without its bytes, and its deliveries without their attempts.
 */
export interface EventSummary__Output {
  /**
   * The event; headers and body are left empty.
   */
  'event': (_hookgate_v1_Event__Output | null);
  /**
   * Length of the body in bytes; in lists that of a protected event is with what is kept encrypted behind it.
   */
  'bodyBytes': (number);
  /**
   * Its deliveries, oldest first; attempts are left empty.
   */
  'deliveries': (_hookgate_v1_Delivery__Output)[];
}
