// Original file: protos/hookgate/v1/ingest.proto

import type { RequestCount as _hookgate_v1_RequestCount, RequestCount__Output as _hookgate_v1_RequestCount__Output } from '../../hookgate/v1/RequestCount.ts';

/**
 * RequestCounts counts the requests of a second or more.
 */
export interface RequestCounts {
  /**
   * By source and outcome.
   */
  'requests'?: (_hookgate_v1_RequestCount)[];
}

/**
 * RequestCounts counts the requests of a second or more.
 */
export interface RequestCounts__Output {
  /**
   * By source and outcome.
   */
  'requests': (_hookgate_v1_RequestCount__Output)[];
}
