// Original file: protos/hookgate/v1/subscription.proto

import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from '../../hookgate/v1/Event.ts';

/**
 * SubscribedEvent is one delivery of an event.
 */
export interface SubscribedEvent {
  /**
   * Names this attempt of the delivery in its answer.
   */
  'ackId'?: (string);
  /**
   * The delivery's id, the same in every attempt, for idempotent subscribers to remember.
   */
  'deliveryId'?: (string);
  /**
   * 1 for the first attempt.
   */
  'attempt'?: (number);
  /**
   * The event. Headers that carry credentials are left out.
   */
  'event'?: (_hookgate_v1_Event | null);
  /**
   * Continues the event's trace, as the header "traceparent" of W3C Trace Context does; empty if it is not traced.
   */
  'traceparent'?: (string);
  /**
   * Goes with it, as the header "tracestate" does; empty if there is nothing to say.
   */
  'tracestate'?: (string);
}

/**
 * SubscribedEvent is one delivery of an event.
 */
export interface SubscribedEvent__Output {
  /**
   * Names this attempt of the delivery in its answer.
   */
  'ackId': (string);
  /**
   * The delivery's id, the same in every attempt, for idempotent subscribers to remember.
   */
  'deliveryId': (string);
  /**
   * 1 for the first attempt.
   */
  'attempt': (number);
  /**
   * The event. Headers that carry credentials are left out.
   */
  'event': (_hookgate_v1_Event__Output | null);
  /**
   * Continues the event's trace, as the header "traceparent" of W3C Trace Context does; empty if it is not traced.
   */
  'traceparent': (string);
  /**
   * Goes with it, as the header "tracestate" does; empty if there is nothing to say.
   */
  'tracestate': (string);
}
