// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * GetMetricSeriesRequest names a window and how it is divided. Empty fields select all.
 */
export interface GetMetricSeriesRequest {
  /**
   * Length of the window, in milliseconds, at most 90 days; 0 means an hour.
   */
  'windowMs'?: (number | string | Long);
  /**
   * When the window ends, in milliseconds since 1970; absent for now.
   */
  'toMs'?: (number | string | Long);
  /**
   * Length of a point: a whole number of minutes, and of hours in what is older than two days. 0 chooses about 60 points,
   * and hours for half a day and more with a group or a name. At most 1,500 points.
   */
  'stepMs'?: (number | string | Long);
  /**
   * What the series are: "source", "type", "subscription", "reason" (why requests were refused), or empty for one series of all.
   */
  'groupBy'?: (string);
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Exact type.
   */
  'type'?: (string);
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * Most series, largest first, 1 to 100; 0 means 20. Further ones are added up as "other".
   */
  'seriesMax'?: (number);
  '_toMs'?: "toMs";
}

/**
 * GetMetricSeriesRequest names a window and how it is divided. Empty fields select all.
 */
export interface GetMetricSeriesRequest__Output {
  /**
   * Length of the window, in milliseconds, at most 90 days; 0 means an hour.
   */
  'windowMs': (number);
  /**
   * When the window ends, in milliseconds since 1970; absent for now.
   */
  'toMs'?: (number);
  /**
   * Length of a point: a whole number of minutes, and of hours in what is older than two days. 0 chooses about 60 points,
   * and hours for half a day and more with a group or a name. At most 1,500 points.
   */
  'stepMs': (number);
  /**
   * What the series are: "source", "type", "subscription", "reason" (why requests were refused), or empty for one series of all.
   */
  'groupBy': (string);
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Exact type.
   */
  'type': (string);
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * Most series, largest first, 1 to 100; 0 means 20. Further ones are added up as "other".
   */
  'seriesMax': (number);
  '_toMs'?: "toMs";
}
