// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * GetMetricsRequest names a window of time.
 */
export interface GetMetricsRequest {
  /**
   * Length of the window that ends now, in milliseconds, at most 30 days; 0 means five minutes.
   */
  'windowMs'?: (number | string | Long);
}

/**
 * GetMetricsRequest names a window of time.
 */
export interface GetMetricsRequest__Output {
  /**
   * Length of the window that ends now, in milliseconds, at most 30 days; 0 means five minutes.
   */
  'windowMs': (number);
}
