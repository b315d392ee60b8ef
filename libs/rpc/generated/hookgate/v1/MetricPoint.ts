// Original file: protos/hookgate/v1/admin.proto

import type { Times as _hookgate_v1_Times, Times__Output as _hookgate_v1_Times__Output } from '../../hookgate/v1/Times.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * MetricPoint is what happened in one step.
 */
export interface MetricPoint {
  /**
   * When it begins, in milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
  /**
   * Events stored, duplicates not counted.
   */
  'received'?: (number | string | Long);
  /**
   * Requests with an event that was stored before.
   */
  'duplicates'?: (number | string | Long);
  /**
   * Deliveries that ended delivered.
   */
  'processed'?: (number | string | Long);
  /**
   * Deliveries that ended dead.
   */
  'dead'?: (number | string | Long);
  /**
   * Attempts that failed and will be tried again.
   */
  'retried'?: (number | string | Long);
  /**
   * Attempts.
   */
  'attempts'?: (number | string | Long);
  /**
   * Those that did not succeed, whether they are tried again or not.
   */
  'failedAttempts'?: (number | string | Long);
  /**
   * How long the attempts took that succeeded; absent if there are none.
   */
  'attemptTimes'?: (_hookgate_v1_Times | null);
  /**
   * Requests that the edges answered, whatever the answer. It knows no types and no subscriptions.
   */
  'requests'?: (number | string | Long);
  /**
   * Those that were refused.
   */
  'refused'?: (number | string | Long);
  /**
   * How long the edges took to answer those that were accepted; absent if there are none.
   */
  'answerTimes'?: (_hookgate_v1_Times | null);
  '_attemptTimes'?: "attemptTimes";
  '_answerTimes'?: "answerTimes";
}

/**
 * MetricPoint is what happened in one step.
 */
export interface MetricPoint__Output {
  /**
   * When it begins, in milliseconds since 1970.
   */
  'atMs': (number);
  /**
   * Events stored, duplicates not counted.
   */
  'received': (number);
  /**
   * Requests with an event that was stored before.
   */
  'duplicates': (number);
  /**
   * Deliveries that ended delivered.
   */
  'processed': (number);
  /**
   * Deliveries that ended dead.
   */
  'dead': (number);
  /**
   * Attempts that failed and will be tried again.
   */
  'retried': (number);
  /**
   * Attempts.
   */
  'attempts': (number);
  /**
   * Those that did not succeed, whether they are tried again or not.
   */
  'failedAttempts': (number);
  /**
   * How long the attempts took that succeeded; absent if there are none.
   */
  'attemptTimes'?: (_hookgate_v1_Times__Output | null);
  /**
   * Requests that the edges answered, whatever the answer. It knows no types and no subscriptions.
   */
  'requests': (number);
  /**
   * Those that were refused.
   */
  'refused': (number);
  /**
   * How long the edges took to answer those that were accepted; absent if there are none.
   */
  'answerTimes'?: (_hookgate_v1_Times__Output | null);
  '_attemptTimes'?: "attemptTimes";
  '_answerTimes'?: "answerTimes";
}
