// Original file: protos/hookgate/v1/admin.proto

import type { MetricSeries as _hookgate_v1_MetricSeries, MetricSeries__Output as _hookgate_v1_MetricSeries__Output } from '../../hookgate/v1/MetricSeries.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * GetMetricSeriesResponse is a window of counts.
 */
export interface GetMetricSeriesResponse {
  /**
   * When the first point begins and the last one ends, in milliseconds since 1970: whole steps.
   */
  'fromMs'?: (number | string | Long);
  /**
   * See above.
   */
  'toMs'?: (number | string | Long);
  /**
   * Length of a point, in milliseconds.
   */
  'stepMs'?: (number | string | Long);
  /**
   * Largest first, "other" last.
   */
  'series'?: (_hookgate_v1_MetricSeries)[];
}

/**
 * GetMetricSeriesResponse is a window of counts.
 */
export interface GetMetricSeriesResponse__Output {
  /**
   * When the first point begins and the last one ends, in milliseconds since 1970: whole steps.
   */
  'fromMs': (number);
  /**
   * See above.
   */
  'toMs': (number);
  /**
   * Length of a point, in milliseconds.
   */
  'stepMs': (number);
  /**
   * Largest first, "other" last.
   */
  'series': (_hookgate_v1_MetricSeries__Output)[];
}
