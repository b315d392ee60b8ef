// Original file: protos/hookgate/v1/failure.proto

import type { FailureGroup as _hookgate_v1_FailureGroup, FailureGroup__Output as _hookgate_v1_FailureGroup__Output } from '../../hookgate/v1/FailureGroup.ts';
import type { Change as _hookgate_v1_Change, Change__Output as _hookgate_v1_Change__Output } from '../../hookgate/v1/Change.ts';

/**
 * GetFailureResponse is one group.
 */
export interface GetFailureResponse {
  /**
   * The group.
   */
  'failure'?: (_hookgate_v1_FailureGroup | null);
  /**
   * What changed in the 24 hours before it began, newest first, at most 20.
   */
  'changesBefore'?: (_hookgate_v1_Change)[];
}

/**
 * GetFailureResponse is one group.
 */
export interface GetFailureResponse__Output {
  /**
   * The group.
   */
  'failure': (_hookgate_v1_FailureGroup__Output | null);
  /**
   * What changed in the 24 hours before it began, newest first, at most 20.
   */
  'changesBefore': (_hookgate_v1_Change__Output)[];
}
