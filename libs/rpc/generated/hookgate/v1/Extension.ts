// Original file: protos/hookgate/v1/subscription.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Extension gives a delivery more time: its deadline is then so far from now.
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
 * Extension gives a delivery more time: its deadline is then so far from now.
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
