// Original file: protos/hookgate/v1/admin.proto

import type { MetricPoint as _hookgate_v1_MetricPoint, MetricPoint__Output as _hookgate_v1_MetricPoint__Output } from '../../hookgate/v1/MetricPoint.ts';

/**
 * MetricSeries is the counts of one source, type, subscription or reason.
 */
export interface MetricSeries {
  /**
   * Its name; empty if all are in one series, and for requests whose path names no source. "other" are those beyond what is kept or was asked for.
   */
  'name'?: (string);
  /**
   * The whole window.
   */
  'total'?: (_hookgate_v1_MetricPoint | null);
  /**
   * The points in which something happened, oldest first.
   */
  'points'?: (_hookgate_v1_MetricPoint)[];
}

/**
 * MetricSeries is the counts of one source, type, subscription or reason.
 */
export interface MetricSeries__Output {
  /**
   * Its name; empty if all are in one series, and for requests whose path names no source. "other" are those beyond what is kept or was asked for.
   */
  'name': (string);
  /**
   * The whole window.
   */
  'total': (_hookgate_v1_MetricPoint__Output | null);
  /**
   * The points in which something happened, oldest first.
   */
  'points': (_hookgate_v1_MetricPoint__Output)[];
}
