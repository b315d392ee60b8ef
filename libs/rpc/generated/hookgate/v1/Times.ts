// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Times says how long things took, in milliseconds. A share is exact to the fixed buckets that times are counted in, which are at
 * most twice as long as the one before.
 */
export interface Times {
  /**
   * How many.
   */
  'count'?: (number | string | Long);
  /**
   * Mean.
   */
  'meanMs'?: (number | string);
  /**
   * Half of them took no longer.
   */
  'p50Ms'?: (number | string);
  /**
   * 95 of 100 took no longer.
   */
  'p95Ms'?: (number | string);
  /**
   * 99 of 100 took no longer.
   */
  'p99Ms'?: (number | string);
}

/**
 * Times says how long things took, in milliseconds. A share is exact to the fixed buckets that times are counted in, which are at
 * most twice as long as the one before.
 */
export interface Times__Output {
  /**
   * How many.
   */
  'count': (number);
  /**
   * Mean.
   */
  'meanMs': (number);
  /**
   * Half of them took no longer.
   */
  'p50Ms': (number);
  /**
   * 95 of 100 took no longer.
   */
  'p95Ms': (number);
  /**
   * 99 of 100 took no longer.
   */
  'p99Ms': (number);
}
