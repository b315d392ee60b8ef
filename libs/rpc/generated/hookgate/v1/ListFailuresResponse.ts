// Original file: protos/hookgate/v1/failure.proto

import type { FailureGroup as _hookgate_v1_FailureGroup, FailureGroup__Output as _hookgate_v1_FailureGroup__Output } from '../../hookgate/v1/FailureGroup.ts';

/**
 * ListFailuresResponse is one page.
 */
export interface ListFailuresResponse {
  /**
   * The one that failed last first.
   */
  'failures'?: (_hookgate_v1_FailureGroup)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken'?: (string);
  /**
   * About a name in the request that is not known now; on the first page only.
   */
  'notes'?: (string)[];
}

/**
 * ListFailuresResponse is one page.
 */
export interface ListFailuresResponse__Output {
  /**
   * The one that failed last first.
   */
  'failures': (_hookgate_v1_FailureGroup__Output)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken': (string);
  /**
   * About a name in the request that is not known now; on the first page only.
   */
  'notes': (string)[];
}
