// Original file: protos/hookgate/v1/replay.proto

import type { Long } from '@grpc/proto-loader';

/**
 * ReplayCount is how many deliveries of a subscription match.
 */
export interface ReplayCount {
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * Its deliveries.
   */
  'deliveries'?: (number | string | Long);
}

/**
 * ReplayCount is how many deliveries of a subscription match.
 */
export interface ReplayCount__Output {
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * Its deliveries.
   */
  'deliveries': (number);
}
