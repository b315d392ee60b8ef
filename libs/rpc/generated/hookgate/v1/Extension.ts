// Original file: protos/hookgate/v1/subscription.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Extension moves the deadline of a delivery.
 */
export interface Extension {
  /**
   * The delivery, by its ack_id.
   */
  'ackId'?: (string);
  /**
   * In milliseconds from now, at most ten minutes; 0 means the subscription's own time.
   */
  'deadlineMs'?: (number | string | Long);
}

/**
 * Extension moves the deadline of a delivery.
 */
export interface Extension__Output {
  /**
   * The delivery, by its ack_id.
   */
  'ackId': (string);
  /**
   * In milliseconds from now, at most ten minutes; 0 means the subscription's own time.
   */
  'deadlineMs': (number);
}
