// Original file: protos/hookgate/v1/subscription.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Nack says that a delivery failed. It counts as an attempt.
 */
export interface Nack {
  /**
   * The delivery, by its ack_id.
   */
  'ackId'?: (string);
  /**
   * When to try again, in milliseconds from now, at most a day; absent means the subscription's own retries.
   */
  'delayMs'?: (number | string | Long);
  /**
   * Why, for the operator; at most 2,000 characters are kept.
   */
  'reason'?: (string);
  /**
   * Trying again would not help: it is dead at once.
   */
  'permanent'?: (boolean);
  '_delayMs'?: "delayMs";
}

/**
 * Nack says that a delivery failed. It counts as an attempt.
 */
export interface Nack__Output {
  /**
   * The delivery, by its ack_id.
   */
  'ackId': (string);
  /**
   * When to try again, in milliseconds from now, at most a day; absent means the subscription's own retries.
   */
  'delayMs'?: (number);
  /**
   * Why, for the operator; at most 2,000 characters are kept.
   */
  'reason': (string);
  /**
   * Trying again would not help: it is dead at once.
   */
  'permanent': (boolean);
  '_delayMs'?: "delayMs";
}
