// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * GetMetricsResponse counts what happened in the window.
 */
export interface GetMetricsResponse {
  /**
   * Events stored, duplicates not counted.
   */
  'received'?: (number | string | Long);
  /**
   * Deliveries that ended delivered.
   */
  'processed'?: (number | string | Long);
  /**
   * Deliveries that ended dead.
   */
  'failed'?: (number | string | Long);
  /**
   * Attempts that failed and will be tried again.
   */
  'retried'?: (number | string | Long);
  /**
   * Mean time of the attempts that succeeded, in milliseconds.
   */
  'avgProcessingTimeMs'?: (number | string);
  /**
   * The window, in milliseconds.
   */
  'windowMs'?: (number | string | Long);
}

/**
 * GetMetricsResponse counts what happened in the window.
 */
export interface GetMetricsResponse__Output {
  /**
   * Events stored, duplicates not counted.
   */
  'received': (number);
  /**
   * Deliveries that ended delivered.
   */
  'processed': (number);
  /**
   * Deliveries that ended dead.
   */
  'failed': (number);
  /**
   * Attempts that failed and will be tried again.
   */
  'retried': (number);
  /**
   * Mean time of the attempts that succeeded, in milliseconds.
   */
  'avgProcessingTimeMs': (number);
  /**
   * The window, in milliseconds.
   */
  'windowMs': (number);
}
