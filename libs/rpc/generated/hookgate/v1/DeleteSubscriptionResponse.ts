// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * DeleteSubscriptionResponse says how far the deletion is.
 */
export interface DeleteSubscriptionResponse {
  /**
   * Waiting deliveries that this call has cancelled.
   */
  'cancelled'?: (number | string | Long);
  /**
   * Whether the name is free; if not, attempts still run or more waits.
   */
  'done'?: (boolean);
}

/**
 * DeleteSubscriptionResponse says how far the deletion is.
 */
export interface DeleteSubscriptionResponse__Output {
  /**
   * Waiting deliveries that this call has cancelled.
   */
  'cancelled': (number);
  /**
   * Whether the name is free; if not, attempts still run or more waits.
   */
  'done': (boolean);
}
