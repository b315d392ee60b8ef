// Original file: protos/hookgate/v1/failure.proto

import type { FailureGroup as _hookgate_v1_FailureGroup, FailureGroup__Output as _hookgate_v1_FailureGroup__Output } from '../../hookgate/v1/FailureGroup.ts';

/**
 * ResolveFailureResponse is the group now.
 */
export interface ResolveFailureResponse {
  /**
   * The group.
   */
  'failure'?: (_hookgate_v1_FailureGroup | null);
}

/**
 * ResolveFailureResponse is the group now.
 */
export interface ResolveFailureResponse__Output {
  /**
   * The group.
   */
  'failure': (_hookgate_v1_FailureGroup__Output | null);
}
